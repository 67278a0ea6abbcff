"""End as asked, whatever was inherited: a shell without job control starts its jobs with SIGINT ignored."""

import os
import signal
from pathlib import Path
from types import FrameType


def listen() -> None:
    """Raise KeyboardInterrupt on SIGINT, SIGTERM and SIGHUP; nohup(1) has the last ignored, and it stays so."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def ignore() -> None:
    """From here on nothing interrupts: what follows takes seconds, and leaves nothing behind if it ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _interrupt(number: int, _: FrameType | None) -> None:
    raise KeyboardInterrupt(number)  # `shared.errors.program` makes an exit code of it


class Parent:
    """The process that started this one, such as make."""

    def __init__(self) -> None:
        self._id = os.getppid()

    def gone(self) -> bool:
        """Whether it has ended, or is about to.

        A make that gets SIGINT or SIGHUP alone tells its recipe nothing of it: it waits for the recipe's end. While its
        handler runs, the signal is blocked, which Linux shows (proc_pid_status(5), SigBlk).
        """
        if os.getppid() != self._id:
            return True
        try:
            status = Path(f"/proc/{self._id}/status").read_text()
        except OSError:
            return False
        facts = dict(line.partition(":")[::2] for line in status.splitlines())
        blocked = int(facts.get("SigBlk", "0"), 16)
        handled = any(blocked >> (number - 1) & 1 for number in (signal.SIGINT, signal.SIGHUP))
        return handled and facts.get("Name", "").strip() in ("make", "gmake")
