"""Virtual environments on the host, from uv.lock, with the project's own uv: .venv for tests, the others in .cache."""

import shlex
import sys

from shared.image.paths import ROOT
from shared.image.run import run, say
from shared.image.wheels import REMEDY, UV_ENVIRONMENT, ensure_uv

# An editable install would do the same, after it had downloaded a build backend that no lock pins.
# The first lines start Python from a shell: a `#!` line cannot name a path with a space in it.
COMMAND = """#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys

sys.path.insert(0, {root!r})
from shared.parity.__main__ import main

sys.exit(main())
"""


def sync() -> None:
    """Make .venv hold the lock's `harness` group, exactly, and the command `parity` as it is in this checkout."""
    _sync("harness", ".venv")
    folder = ROOT / ".venv" / "bin"
    python = shlex.quote(str(folder / "python"))
    (folder / "parity").write_text(COMMAND.format(python=python, root=str(ROOT)))
    (folder / "parity").chmod(0o755)


def sync_dvc() -> None:
    """Make .cache/dvc hold the lock's `dvc` group, exactly."""
    _sync("dvc", ".cache/dvc")


def sync_audit() -> None:
    """Make .cache/audit hold the lock's `audit` group, exactly."""
    _sync("audit", ".cache/audit")


def sync_kubernetes() -> None:
    """Make .cache/kubernetes hold the lock's `kubernetes` group, exactly."""
    _sync("kubernetes", ".cache/kubernetes")


def sync_parquet() -> None:
    """Make .cache/parquet hold the lock's `parquet` group, exactly."""
    _sync("parquet", ".cache/parquet")


def sync_soak() -> None:
    """Make .cache/soak hold the lock's `soak` group, exactly."""
    _sync("soak", ".cache/soak")


def _sync(group: str, environment: str) -> None:
    say(f"{group}: {environment} from uv.lock")
    run(
        *(ensure_uv(), "sync", "--frozen", "--only-group", group, "--python", sys.executable),
        timeout=600,
        activity=f"{group}: installing {environment}",
        cwd=ROOT,
        env={**UV_ENVIRONMENT, "UV_PROJECT_ENVIRONMENT": environment},
        remedy=REMEDY,
    )
