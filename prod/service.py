"""What one worker serves: a model with its passport, the verdict on it, the settings, and the prediction log."""

import threading
from dataclasses import dataclass
from typing import cast

from flask import current_app

from prod.guard import Verdict
from prod.metrics import Counts
from prod.prediction_log import PredictionLog
from shared.artifact import Passport
from shared.scorer import Scorer
from shared.settings import Settings

COMPUTING = threading.BoundedSemaphore(2)
"""Requests that a worker reads and computes at a time: more would only take memory, and the interpreter's lock from
each other, from the prediction log and from probes."""
KEY = "parity"
"""Of the application's extensions."""


@dataclass(frozen=True)
class Service:
    """A worker's own.

    Attributes:
        counts: of this model.
        log: None if nothing is logged.
    """

    scorer: Scorer
    passport: Passport
    counts: Counts
    verdict: Verdict
    settings: Settings
    log: PredictionLog | None = None


def service() -> Service:
    """The service that the current request is for."""
    return cast(Service, current_app.extensions[KEY])


def close(app: object) -> None:
    """Write what still waits for an application's prediction log, if it has one."""
    found = getattr(app, "extensions", {}).get(KEY)
    if found and found.log:
        found.log.close()
