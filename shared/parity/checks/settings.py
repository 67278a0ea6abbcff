"""Do the environment variables that can change results say the same?

A setting that exists on one side only (a .env file that one way of starting reads and the
other does not) falls back to a default without a word. Secrets are compared by presence.
"""

import re
from collections.abc import Iterator

from shared.parity.checks._compare import differences, shown, unreadable
from shared.parity.report import Finding, Severity, Snapshot

HARMLESS = re.compile(
    r"PYTHON(UNBUFFERED|DONTWRITEBYTECODE|FAULTHANDLER|STARTUP|HISTORY|PYCACHEPREFIX|_VERSION|_SHA256|_PIP.*)"
    r"|(OMP|OPENBLAS|MKL|GOTO|BLIS|NUMEXPR)_(NUM|MAX)_THREADS|PARITY_(WORKERS|THREADS|DRAIN_SECONDS|PORT|GUARD|MAX_.*)"
)
"""They change speed, logs or limits, never a prediction."""


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Compare the recorded variables."""
    yield from unreadable("settings", a, b, "variables")
    for name, ours, theirs in differences(a, b, "variables"):
        harmless = bool(HARMLESS.fullmatch(name))
        yield Finding(
            "settings",
            name,
            *("not set" if side is None else shown(side) or "empty" for side in (ours, theirs)),
            Severity.NOTE if harmless else Severity.RISK,
            "it changes speed, logs or limits" if harmless else "it may change numbers, texts or decisions",
            f"set {name} to one value in what starts both sides, or make the program fail without it",
        )
