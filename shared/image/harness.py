"""What tests need on the host, in .venv: from the same lock, with the project's own uv."""

import sys

from shared.image.paths import ROOT
from shared.image.run import run, say
from shared.image.wheels import REMEDY, UV_ENVIRONMENT, ensure_uv

# An editable install would do the same, after it had downloaded a build backend that no lock pins.
COMMAND = """#!{python}
import sys

sys.path.insert(0, {root!r})
from shared.parity.__main__ import main

sys.exit(main())
"""


def sync() -> None:
    """Make .venv hold the lock's `harness` group, exactly, and the command `parity` as it is in this checkout."""
    say("harness: .venv from uv.lock")
    run(
        *(ensure_uv(), "sync", "--frozen", "--only-group", "harness", "--python", sys.executable),
        timeout=600,
        cwd=ROOT,
        env={**UV_ENVIRONMENT, "UV_PROJECT_ENVIRONMENT": ".venv"},
        remedy=REMEDY,
    )
    folder = ROOT / ".venv" / "bin"
    (folder / "parity").write_text(COMMAND.format(python=folder / "python", root=str(ROOT)))
    (folder / "parity").chmod(0o755)
