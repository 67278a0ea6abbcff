"""What is piped into an environment and runs there: the standard library alone, CPython 3.8 or newer."""
