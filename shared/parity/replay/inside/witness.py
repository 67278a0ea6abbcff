"""What a Python loads and runs, written down while it does: placed in an environment as `sitecustomize`.

The standard library alone, CPython 3.8 or newer. Each process writes a file of its own below `seen`, line by line, as
a server may be ended at any moment: `module NAME` (first names of modules), `code LINE FILE` (first lines of functions
of the program's own that were called; line 0 is a file that was run), `line LINE FILE` (lines of these that ran),
`open FILE` and `variable NAME` (read by the program). Nothing that fails here may be noticed by the program.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from types import CodeType, FrameType
from typing import Any

FOLDER = os.path.dirname(os.path.abspath(__file__))
SEEN = os.path.join(FOLDER, "seen")
STANDARD = os.path.dirname(os.path.realpath(os.__file__)) + os.sep
SYSTEM = ("/proc/", "/sys/", "/dev/", "/usr/share/zoneinfo/", "/etc/")


class Witness:
    """Lines that were written already, and the modules that were there."""

    def __init__(self) -> None:
        self.lines: set[str] = set()
        self.modules: set[str] = set()
        self.ran_before: set[tuple[str, int]] = set()
        self.busy = threading.local()

    @property
    def writing(self) -> bool:
        """Whether this thread writes already."""
        return getattr(self.busy, "writing", False)

    def write(self, *lines: str) -> None:
        """Write lines that are new, and the names of modules that are."""
        if self.writing:
            return
        self.busy.writing = True
        with contextlib.suppress(Exception):  # a full disk, or no right to write: then nothing was seen
            modules = {name.partition(".")[0] for name in list(sys.modules)} - self.modules
            self.modules |= modules
            new = ["module " + name for name in modules]
            new += [line for line in lines if line not in self.lines]
            self.lines.update(lines)
            if new:
                text = "".join(line.replace("\n", "?") + "\n" for line in new)
                # Opened each time: a server that detaches itself closes every file, and opens others in their place.
                with open(os.path.join(SEEN, str(os.getpid())), "a", encoding="utf-8", errors="replace") as file:
                    file.write(text)
        self.busy.writing = False

    def called(self, code: CodeType) -> bool:
        """A function or a file that begins to run: whether it is of the program's own."""
        name = code.co_filename
        if name.startswith("<") or name.startswith(FOLDER + os.sep):
            return False
        own = not ("-packages" + os.sep in name or name.startswith(STANDARD))
        if code.co_name == "<module>":
            self.write(*(["code 0 " + os.path.abspath(name)] if own else []))
        elif own:
            self.write(f"code {code.co_firstlineno} {os.path.abspath(name)}")
        return own

    def ran(self, code: CodeType, line: int) -> None:
        """A line of the program's own."""
        if (code.co_filename, line) not in self.ran_before:
            self.ran_before.add((code.co_filename, line))
            self.write(f"line {line} {os.path.abspath(code.co_filename)}")

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Files that the program opens."""
        if event in ("open", "sqlite3.connect") and not self.writing:
            name = arguments[0]
            name = os.fsdecode(name) if isinstance(name, (str, bytes)) else ""
            if name and not name.endswith((".py", ".pyc", ".so")) and not name.startswith((FOLDER, STANDARD, *SYSTEM)):
                self.write("open " + os.path.abspath(name))

    def forked(self) -> None:
        """In a child: all that its parent had is there, too."""
        known, self.lines, self.modules = self.lines, set(), set()
        self.write(*known)


def watch() -> None:
    """Begin, in this process and in those that it forks."""
    witness = Witness()
    read = type(os.environ).__getitem__

    def get(environ: Any, name: str) -> str:
        value: str = read(environ, name)
        if not witness.writing:
            witness.write(f"variable {name}")
        return value

    type(os.environ).__getitem__ = get  # type: ignore[method-assign]
    sys.addaudithook(witness.audit)
    os.register_at_fork(after_in_child=witness.forked)
    try:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]

        def started(code: CodeType, _: int) -> Any:
            if witness.called(code):
                monitoring.set_local_events(4, code, monitoring.events.LINE)
            return monitoring.DISABLE  # once is enough

        def line(code: CodeType, number: int) -> Any:
            witness.ran(code, number)
            return monitoring.DISABLE

        monitoring.use_tool_id(4, "parity")
        monitoring.register_callback(4, monitoring.events.PY_START, started)
        monitoring.register_callback(4, monitoring.events.LINE, line)
        monitoring.set_events(4, monitoring.events.PY_START)
    except AttributeError:  # before Python 3.12

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            if event == "call":
                return trace if witness.called(frame.f_code) else None
            if event == "line":
                witness.ran(frame.f_code, frame.f_lineno)
            return trace

        sys.settrace(trace)
        threading.settrace(trace)
    import atexit

    atexit.register(witness.write)
    witness.write()


def restore() -> None:
    """Run the image's own `sitecustomize`, which this one hides."""
    sys.path[:] = [folder for folder in sys.path if os.path.abspath(folder) != FOLDER]
    this = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    except ImportError:
        sys.modules["sitecustomize"] = this


if __name__ == "sitecustomize":
    with contextlib.suppress(Exception):  # then nothing was seen, and nothing is cleared
        watch()
    restore()
