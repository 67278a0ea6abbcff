"""Do the environment variables that can change results say the same?

A setting that exists on one side only (a .env file that one way of starting reads and the
other does not) falls back to a default without a word. Compared are variables known to
change numbers, texts or decisions, and those that the code names. Secrets are compared by
presence. Variables whose effect is compared by another check are notes.
"""

import re
from collections.abc import Iterator

from shared.compare.checks._compare import both, differences, shown, unreadable
from shared.compare.report import Finding, Severity, Snapshot

HARMLESS = re.compile(
    r"PYTHON(UNBUFFERED|DONTWRITEBYTECODE|FAULTHANDLER|STARTUP|HISTORY|PYCACHEPREFIX|BREAKPOINT|TRACEMALLOC|MALLOC.*)"
    r"|PYTHON_(VERSION|SHA256|HISTORY|COLORS|BASIC_REPL|(GET_)?PIP.*|SETUPTOOLS_VERSION)|PYTHON(NODEBUGRANGES|PROFILEIMPORTTIME)"
    r"|(OMP|OPENBLAS|MKL|GOTO|BLIS|NUMEXPR|NUMBA|POLARS|ARROW|VECLIB)_(NUM|MAX|MAXIMUM)_THREADS|ARROW_IO_THREADS"
    r"|OMP_(PROC_BIND|PLACES|WAIT_POLICY|DISPLAY.*|STACKSIZE|THREAD_LIMIT)|GOMP_(CPU_AFFINITY|SPINCOUNT|STACKSIZE)"
    r"|KMP_(AFFINITY|BLOCKTIME|SETTINGS|WARNINGS|STACKSIZE|DUPLICATE_LIB_OK|INIT_AT_FORK)|.*_(VERBOSE|LOG_LEVEL|CPP_MIN_LOG_LEVEL)"
    r"|PARITY_(WORKERS|THREADS|DRAIN_SECONDS|PORT|GUARD|MAX_.*|FORMAT|FAIL_ON)|NVIDIA_(VISIBLE_DEVICES|DRIVER_.*|REQUIRE_.*)"
)
"""They change speed, logs or limits, never a prediction."""

ELSEWHERE = re.compile(
    r"TZ|TZDIR|LANG|LANGUAGE|LC_.*|PYTHON(PATH|TZPATH|UTF8|COERCECLOCALE|HASHSEED|OPTIMIZE|_GIL)"
    r"|OPENBLAS_CORETYPE|NPY_(DISABLE|ENABLE)_CPU_FEATURES"
)
"""What they do is compared as a fact of its own: code, locale, encoding, local time, flags, kernels."""

PLACES = re.compile(
    r"(?!.*(MODEL|FEATURE|PARITY_)).*(^|_)(URLS?|URI|HOST(NAME)?|PORT|DSN|DIR|PATH|HOME|FOLDER|ENDPOINT|REGION|BUCKET"
    r"|USER|PWD|TMPDIR|LOG_?LEVEL|DEBUG|TIMEOUT|WORKERS|THREADS|TOKEN|PASSWORD|SECRET|KEY(_ID)?|CREDENTIALS|ENV(IRONMENT)?)"
)
"""What differs between sides by its nature, though the code names it: where things are, and who may see them."""

DECIDES = re.compile(r".*(THRESHOLD|CUTOFF).*")
"""They turn a probability into a decision, after what golden requests replay."""


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Compare the recorded variables, and those of .env."""
    yield from unreadable("settings", a, b, "variables", "dotenv", "named")
    named = {*(a.value("named") or ()), *(b.value("named") or ())}
    for fact, where in (("variables", ""), ("dotenv", " in .env")):
        for name, ours, theirs in differences(a, b, fact):
            yield Finding(
                "settings",
                name + where,
                *both(lambda side: "not set" if side is None else shown(side), ours, theirs),
                *_severity(name),
                f"set {name} to one value in what starts both sides, or make the program fail without it",
                replayed=not (name in named and DECIDES.fullmatch(name)),
            )


def _severity(name: str) -> tuple[Severity, str]:
    if HARMLESS.fullmatch(name):
        return Severity.NOTE, "it changes speed, logs or limits"
    if ELSEWHERE.fullmatch(name):
        return Severity.NOTE, "what it does is compared by itself"
    if PLACES.fullmatch(name) and not re.match(r"PYTHON|LD_", name):
        return Severity.NOTE, "it says where something is or who may see it, not how to compute"
    return Severity.RISK, "it may change numbers, texts or decisions"
