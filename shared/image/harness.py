"""What tests need on the host, in .venv: from the same lock, with the project's own uv."""

import sys

from shared.image.paths import ROOT
from shared.image.run import run, say
from shared.image.wheels import REMEDY, UV_ENVIRONMENT, ensure_uv


def sync() -> None:
    """Make .venv hold the lock's `harness` group, exactly."""
    say("harness: .venv from uv.lock")
    run(
        *(ensure_uv(), "sync", "--frozen", "--only-group", "harness", "--python", sys.executable),
        timeout=600,
        cwd=ROOT,
        env={**UV_ENVIRONMENT, "UV_PROJECT_ENVIRONMENT": ".venv"},
        remedy=REMEDY,
    )
