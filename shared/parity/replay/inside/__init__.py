"""What is piped or placed into an environment and runs there: the standard library alone, CPython 3.8 or newer."""
