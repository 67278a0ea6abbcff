"""Do the environment variables that can change results say the same?

A setting that exists on one side only (a .env file that one way of starting reads and the
other does not) falls back to a default without a word. Compared are variables known to
change numbers, texts or decisions, and those that the code names. Secrets are compared by
presence. Where one says where files are, or which of several is read, these are compared. Variables
whose effect is compared by another check are notes. The same program with other arguments is a
setting, too.
"""

import re
from collections.abc import Iterator

from shared.compare.checks._compare import both, differences, shown, unreadable
from shared.compare.report import Finding, Severity, Snapshot, Undecided

HARMLESS = re.compile(
    r"PYTHON(UNBUFFERED|DONTWRITEBYTECODE|FAULTHANDLER|STARTUP|HISTORY|PYCACHEPREFIX|BREAKPOINT|TRACEMALLOC|MALLOC.*)"
    r"|PYTHON_(VERSION|SHA256|HISTORY|COLORS|BASIC_REPL|(GET_)?PIP.*|SETUPTOOLS_VERSION)|PYTHON(NODEBUGRANGES|PROFILEIMPORTTIME)"
    r"|(OMP|OPENBLAS|MKL|GOTO|BLIS|NUMEXPR|NUMBA|POLARS|ARROW|VECLIB)_(NUM|MAX|MAXIMUM)_THREADS|ARROW_IO_THREADS"
    r"|OMP_(PROC_BIND|PLACES|WAIT_POLICY|DISPLAY.*|STACKSIZE|THREAD_LIMIT)|GOMP_(CPU_AFFINITY|SPINCOUNT|STACKSIZE)"
    r"|KMP_(AFFINITY|BLOCKTIME|SETTINGS|WARNINGS|STACKSIZE|DUPLICATE_LIB_OK|INIT_AT_FORK)|.*_(VERBOSE|LOG_LEVEL|CPP_MIN_LOG_LEVEL)"
    r"|(.*_)?CONCURRENCY|PARITY_(WORKERS|THREADS|DRAIN_SECONDS|HOSTS|PORT|GUARD|MAX_.*|FORMAT|FAIL_ON|LOG_BYTES|ARTIFACTS|USER)|NVIDIA_(VISIBLE_DEVICES|DRIVER_.*|REQUIRE_.*)"
)
"""They change speed, logs or limits, never a prediction."""

ELSEWHERE = re.compile(
    r"TZ|TZDIR|LANG|LANGUAGE|LC_.*|PYTHON(PATH|TZPATH|UTF8|COERCECLOCALE|HASHSEED|OPTIMIZE|_GIL)"
    r"|OPENBLAS_CORETYPE|NPY_(DISABLE|ENABLE)_CPU_FEATURES"
)
"""What they do is compared as a fact of its own: code, locale, encoding, local time, flags, kernels."""

PLACES = re.compile(
    r"(?!.*(MODEL|FEATURE|WEIGHT|CHECKPOINT|TOKENIZER|VOCAB|EMBEDDING|PARITY_)).*(^|_)(URLS?|URI|HOST(NAME)?|PORT|DSN|DIR|PATH|HOME|FOLDER|ENDPOINT|REGION|BUCKET"
    r"|USER|PWD|TMPDIR|LOG_?LEVEL|DEBUG|TIMEOUT|WORKERS|THREADS|TOKEN|PASSWORD|SECRET|KEY(_ID)?|CREDENTIALS|ENV(IRONMENT)?)"
)
"""What differs between sides by its nature, though the code names it: where things are, and who may see them."""

SCHEMES = {"https": "http", "wss": "ws", "rediss": "redis", "postgres": "postgresql"}
"""Other names of schemes, or encrypted forms."""

NO_MATTER = re.compile(
    r"--?(w|workers|threads|worker-(connections|tmp-dir|class)|k|b|bind|host|port|p|timeout|graceful-timeout|keep-?alive|t|log-.*"
    r"|access-log.*|error-log.*|access_logfile|no-access-log|reload|daemon|D|pid|user|u|group|g|name|n|preload|max-requests.*"
    r"|proxy-headers|forwarded-allow-ips|no-control-socket|backlog|env-file|chdir|statsd.*|capture-output|loop|http|uds|fd"
    r"|use-colors|no-use-colors|ssl-.*|certfile|keyfile|limit-.*|verbose|v|debug|quiet|q)"
)
"""Options of servers that say how many, where and how loud."""

ARGUMENTS = {"GUNICORN_CMD_ARGS"}
"""Variables that hold arguments of a server."""

DECIDES = re.compile(r".*(THRESHOLD|CUTOFF).*")
"""They turn a probability into a decision, after what golden requests replay."""


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Compare the recorded variables, those of .env, and the command's arguments."""
    yield from unreadable("settings", a, b, "variables", "dotenv", "named")
    yield from _command(a, b)
    yield from _scripts(a, b)
    named = {*(a.value("named") or ()), *(b.value("named") or ())}
    for fact in ("variables", "dotenv"):
        for key, ours, theirs in differences(a, b, fact):
            path, _, name = key.rpartition(":")
            yield Finding(
                "settings",
                name if fact == "variables" else f"{name} in {path or '.env'}",
                *both(lambda side: "not set" if side is None else shown(side), ours, theirs),
                *(_led(name, ours, theirs, a, b) or _severity(name, ours, theirs)),
                f"set {name} to one value in what starts both sides, or make the program fail without it",
                replayed=not (name in named and DECIDES.fullmatch(name)),
            )


def _severity(name: str, ours: str | None, theirs: str | None) -> tuple[Severity, str]:
    if name in ARGUMENTS:
        return _weighed({*_arguments((ours or "").split())} ^ {*_arguments((theirs or "").split())})
    if HARMLESS.fullmatch(name):
        return Severity.NOTE, "it changes speed, logs or limits"
    if ELSEWHERE.fullmatch(name):
        return Severity.NOTE, "what it does is compared by itself"
    if _scheme(ours) and _scheme(theirs) and _scheme(ours) != _scheme(theirs):
        return Severity.RISK, "another scheme is another engine, not another place"
    if PLACES.fullmatch(name) and not re.match(r"PYTHON|LD_", name):
        return Severity.NOTE, "it says where something is or who may see it, not how to compute"
    return Severity.RISK, "it may change numbers, texts or decisions"


def _led(name: str, ours: str | None, theirs: str | None, a: Snapshot, b: Snapshot) -> tuple[Severity, str] | None:
    """Of a variable that says where something is: whether other files lie there."""
    leads = [(side.value("leads") or {}).get(name) for side in (a, b)]
    if not ours or not theirs or leads[0] == leads[1] or not PLACES.fullmatch(name):
        return None
    return Severity.RISK, "it leads to other files than on the other side"


def _scheme(value: str | None) -> str:
    """Of a URL, without the driver; "" of any other text."""
    scheme = re.match(r"([a-z][a-z0-9.-]*)(\+[\w.-]+)?://", value or "", re.IGNORECASE)
    return SCHEMES.get(scheme[1].lower(), scheme[1].lower()) if scheme else ""


def _command(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Arguments of one program that differ; two programs are a matter of how each side is used."""
    ours, theirs = a.value("command"), b.value("command")
    if not ours or not theirs:
        return
    programs, arguments = zip(_split(ours), _split(theirs), strict=True)
    differ = [sorted({*one} - {*other}) for one, other in (arguments, arguments[::-1])]
    if not any(differ) and arguments[0] == arguments[1] and programs[0] == programs[1]:
        return
    same = programs[0] == programs[1]
    severity, why = _weighed({*differ[0], *differ[1]} or {"in another order"})
    yield Finding(
        "settings",
        "arguments of the command" if same else "command",
        *both(lambda words: shown(" ".join(words)), ours, theirs),
        severity if same else Severity.NOTE,
        why if same else "each side starts another program; what both have in common is compared",
        "start both sides with one command",
    )


def _scripts(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """What an entrypoint does besides starting the service, where both have one."""
    ours, theirs = a.value("scripts"), b.value("scripts")
    if ours and theirs and ours != theirs:
        differ = [[line for line in one if line not in other] for one, other in ((ours, theirs), (theirs, ours))]
        sides = both(lambda lines: shown("; ".join(lines)), *differ)
        why = "it runs before the service, and may fetch or change what that reads"
        remedy = "start both sides with one script"
        yield Finding("settings", "what the command runs first", *sides, Severity.RISK, why, remedy)


def _split(command: list[str]) -> tuple[str, list[str]]:
    """The name of the program, and its arguments, each option with its value."""
    words = list(command)
    if words and re.fullmatch(r"(python|pypy)[\d.]*t?", words[0].rpartition("/")[2]):
        words.pop(0)
        while words and words[0].startswith("-") and words[0] not in ("-m", "-c"):
            words.pop(0)
        words = words[1:] if words[:1] == ["-m"] else words
    program = words.pop(0).rpartition("/")[2] if words else ""
    return program, _arguments(words)


def _arguments(words: list[str]) -> list[str]:
    """Each option with its value."""
    arguments: list[str] = []
    while words:
        word = words.pop(0)
        if word.startswith("-") and "=" not in word and words and not words[0].startswith("-"):
            word = f"{word}={words.pop(0)}"
        arguments.append(word)
    return arguments


def _weighed(differ: set[str]) -> tuple[Severity, str]:
    """Arguments that differ: does any of them decide what is computed?"""
    if all(NO_MATTER.fullmatch(word.partition("=")[0]) for word in differ):
        return Severity.NOTE, "it sets how many, where or how loud"
    return Severity.RISK, "the program gets another value"
