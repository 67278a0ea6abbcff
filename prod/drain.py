"""A gunicorn worker that lets go of its clients before it stops.

gunicorn's own worker stops accepting at once on SIGTERM and leaves connections that the
kernel has already accepted to be reset. This one goes on serving for a while. Then no new connection begins, those
that have begun are taken, and what has begun is finished.

Between a last `accept` and `close` the kernel takes further connections, to reset them. So the
door is shut first: below a minimum TTL the kernel drops what would begin a connection, yet not
what ends a handshake (ip(7), IP_MINTTL; Linux, tcp_v4_rcv). A client that comes now asks again
within a second or so, and is refused.
"""

import os
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from gunicorn.workers.gthread import ThreadWorker

from shared import settings

draining = threading.Event()

IP_MINTTL = 21  # <linux/in.h>; Python has no name for it
MAX_TTL = 255
HANDSHAKE_SECONDS = 0.5
"""From when no connection begins until all that had begun are there: longer than a packet takes there and back."""


class Drain(ThreadWorker):  # type: ignore[misc]
    """gthread, with a drain between SIGTERM and the end."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; stop accepting after `PARITY_DRAIN_SECONDS`."""
        if not draining.is_set():
            draining.set()
            _later(settings.read().drain_seconds, self._shut_door)

    def _shut_door(self, sig: int, frame: FrameType | None) -> None:
        """Let no new connection begin, unless there are others to take them: at a reload."""
        shut = self._is_last()
        if shut:
            for listener in self.sockets:
                listener.setsockopt(socket.IPPROTO_IP, IP_MINTTL, MAX_TTL)
        _later(HANDSHAKE_SECONDS if shut else 0, super().handle_exit)

    def _is_last(self) -> bool:
        """Whether the whole server stops: the master, which holds the listener for all, has closed it."""
        mine = [os.fstat(listener.fileno()) for listener in self.sockets]
        held = []
        try:
            for path in Path(f"/proc/{self.ppid}/fd").iterdir():
                with suppress(FileNotFoundError):  # closed since it was listed
                    held.append(path.stat())
        except OSError:
            return False  # what is unknown is left open
        return not any(os.path.samestat(one, other) for one in mine for other in held)

    @staticmethod
    def open_door(client: socket.socket) -> None:
        """Reset IP_MINTTL, inherited from the listener."""
        client.setsockopt(socket.IPPROTO_IP, IP_MINTTL, 0)

    def set_accept_enabled(self, enabled: bool) -> None:
        """As gthread's; on the way out, take what waits at the door, then close it."""
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                before = -1
                while self.nr_conns != before:
                    before = self.nr_conns
                    self.accept(listener)
                listener.close()


def _later(seconds: float, handle: Callable[[int, FrameType | None], None]) -> None:
    signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, seconds or 1e-3)
