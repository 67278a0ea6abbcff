"""How gunicorn runs the service; every number is in `shared.settings`."""

import gc
import multiprocessing
import os
import sys
import tempfile

from shared import settings
from shared.errors import ParityError

try:
    current = settings.read()
except ParityError as error:
    sys.exit(f"error: {error}")

# Before anything imports prometheus_client, which decides then how it counts.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")

# Two seconds of imports, once, for workers to share; nothing may compute here, see preload_app. None of it is ever
# garbage, so nobody looks for some: not now, which takes a tenth of the time, and not in the workers.
gc.disable()
import pandas as pd  # noqa: F401
import skops.io  # noqa: F401
from prometheus_client import multiprocess

from prod import logs

gc.freeze()
gc.enable()

wsgi_app = "prod.app:serve()"
bind = "0.0.0.0:8000"
worker_class = "prod.worker.DrainingWorker"
workers = current.workers
threads = current.threads
keepalive = 5
timeout = 60
graceful_timeout = 20
worker_tmp_dir = "/dev/shm"  # noqa: S108 (the heartbeat must not wait for a disk)
control_socket_disable = True
preload_app = False  # OpenMP used before a fork hangs the workers after it
logconfig_dict = logs.CONFIG


def on_starting(server):  # type: ignore[no-untyped-def]
    """Refuse a bad model once, before any worker starts, in a process that a hostile file may crash."""
    examination = multiprocessing.get_context("fork").Process(target=_examine)
    examination.start()
    examination.join()
    code = examination.exitcode
    if code < 0:
        what = f"the model crashed the process that examined it, by signal {-code}"
        remedy = "do not serve it; find out who wrote it, then train again: make dev"
        server.log.critical(what, extra={"evidence": str(current.models / "current"), "remedy": remedy})
    if code:
        sys.exit(max(code, 1))


def _examine():  # type: ignore[no-untyped-def]
    from prod import verify

    sys.exit(verify.main())


def worker_exit(server, worker):  # type: ignore[no-untyped-def]
    """Write what still waits for the prediction log; a worker that did not come up has none."""
    log = worker.wsgi and worker.wsgi.extensions["parity_log"]
    if log:
        log.close()


def child_exit(server, worker):  # type: ignore[no-untyped-def]
    """Drop the live gauges of a worker that has gone."""
    multiprocess.mark_process_dead(worker.pid)
