"""How gunicorn runs the service; every number is in `shared.settings`."""

import gc
import os
import sys
import tempfile

from prod import ahead
from shared import settings
from shared.errors import ParityError

try:
    current = settings.read()
except ParityError as error:
    sys.exit(f"error: {error}")

# Before anything imports prometheus_client, which decides then how it counts.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")

# Imports, once, for workers to share; nothing may compute here, see preload_app. None of it is ever garbage, so nobody
# looks for some: not now, which takes a tenth of the time, and not in the workers.
gc.disable()
# Another process meanwhile looks at the files that the examination asks about, which takes as long.
files = None if current.guard == "off" else ahead.begin()
from prometheus_client import multiprocess

from prod import app, cpus, guard, logs, service  # noqa: F401

gc.freeze()
gc.enable()

wsgi_app = "prod.app:serve()"
bind = "0.0.0.0:8000"
worker_class = "prod.worker.Worker"
worker_connections = 2000
sendfile = False  # it would wait for ever for a client that does not read
workers = current.workers or cpus.usable()
threads = current.threads
keepalive = 5
timeout = 60
graceful_timeout = 20
worker_tmp_dir = "/dev/shm"  # noqa: S108 (the heartbeat must not wait for a disk)
control_socket_disable = True
preload_app = False  # OpenMP used before a fork hangs the workers after it
logconfig_dict = logs.CONFIG


def on_starting(server):  # type: ignore[no-untyped-def]
    """Examine the current model once, before any worker starts."""
    try:
        guard.renew(current, files)
    except ParityError as error:
        sys.exit(guard.refuse(error))
    finally:
        if files:
            files.end()


def on_reload(server):  # type: ignore[no-untyped-def]
    """Examine what is current now: the new workers serve that, or the same as before if it is refused."""
    before = guard.held
    try:
        after = guard.renew(current)
    except ParityError as error:
        guard.refuse(error)
        if before:
            server.log.error("the model is not switched", extra={"model_version": before.verdict.version})
    else:
        versions = {"before": before and before.verdict.version, "model_version": after.verdict.version}
        server.log.info("the model is switched", extra=versions)


def worker_exit(server, worker):  # type: ignore[no-untyped-def]
    """Write what still waits for the prediction log; a worker that did not come up has no application."""
    service.close(getattr(worker, "wsgi", None))


def child_exit(server, worker):  # type: ignore[no-untyped-def]
    """Drop the live gauges of a worker that has gone."""
    multiprocess.mark_process_dead(worker.pid)
