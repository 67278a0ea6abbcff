"""What an examination asks of files, found by another process while this one imports what serves."""

from prod.apart import Apart
from shared.compare import facts


def begin() -> Apart:
    """Look at the files that count for this process."""
    return Apart(facts.ahead)


def read(files: Apart | None) -> bytes:
    """What was found; nothing if nobody looked, or did not come to an end: then the examination looks itself."""
    try:
        return files.read() if files else b""
    except (EOFError, TimeoutError):
        return b""
