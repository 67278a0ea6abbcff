"""A gunicorn worker that lets go of its clients before it stops.

gunicorn's own worker stops accepting at once on SIGTERM and leaves connections that the
kernel has already accepted to be reset. This one goes on serving for a while, with
`/ready` answering 503 so that balancers turn away, then takes every connection that is
still waiting, closes the door, and finishes what is in flight.
"""

import signal
import sys
import threading
from types import FrameType

from gunicorn.workers.gthread import ThreadWorker

from shared import settings

draining = threading.Event()


class DrainingWorker(ThreadWorker):  # type: ignore[misc]
    """gthread, with a drain between SIGTERM and the end."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; stop accepting after `PARITY_DRAIN_SECONDS`."""
        if not draining.is_set():
            draining.set()
            signal.signal(signal.SIGALRM, super().handle_exit)
            signal.setitimer(signal.ITIMER_REAL, settings.read().drain_seconds or 1e-3)

    def set_accept_enabled(self, enabled: bool) -> None:
        """As gthread's; on the way out, take what waits at the door, then close it."""
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            # After its last accept this thread would wait milliseconds for busy ones, the door still open.
            sys.setswitchinterval(1e-6)
            for listener in self.sockets:
                before = -1
                while self.nr_conns != before:
                    before = self.nr_conns
                    self.accept(listener)
                listener.close()
