"""Are the operating system, locale, encoding, time zone and its rules the same?

Naive local times, files opened without an encoding, and sorting by locale take these from
the environment, silently. The rules of time zones change several times a year, so they are
compared as they would be applied, wherever they come from. Another release of the system by
itself is a note: what matters of it (libraries, locale, rules) is compared by itself.
"""

from collections.abc import Iterator

from shared.compare.checks._compare import both, differences, digest, shown, unreadable
from shared.compare.report import Finding, Severity, Snapshot, Undecided

RISKS = {
    "locale": ("texts sort and numbers format differently", "set LC_ALL to one value on both sides, such as C.UTF-8"),
    "encoding": ("files opened without an encoding are read differently", 'say encoding="utf-8", or set PYTHONUTF8=1'),
}
NOT_SET = "no code sets a locale, and until a program does, Python sorts and formats as in C"
BY_NAME = "the names differ; what they mean was compared, and is the same"


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Compare release, locale, encodings, local time and the rules of time zones."""
    yield from unreadable("system", a, b, "system", "time_zone", "tz_data", *RISKS)
    for key, ours, theirs in differences(a, b, "system"):
        why = "the operating system by itself changes no result; its libraries are compared by themselves"
        yield Finding("system", key, shown(ours), shown(theirs), Severity.NOTE, why, "build both on one base image")
    asked = any(side.value("asks") is None or "locale" in side.value("asks") for side in (a, b))
    for fact, (why, remedy) in RISKS.items():
        for key, ours, theirs in differences(a, b, fact):
            judged = (Severity.RISK, why)
            if key == "effective":
                judged = Severity.NOTE, BY_NAME
            elif fact == "locale" and not asked:
                judged = Severity.NOTE, NOT_SET
            yield Finding("system", f"{fact}: {key.replace('_', ' ')}", shown(ours), shown(theirs), *judged, remedy)
    yield from _local_time(a, b)
    for key, ours, theirs in differences(a, b, "tz_data"):
        rules = key == "rules_sha256"
        yield Finding(
            "system",
            "rules of time zones" if rules else f"source of time zones: {key}",
            *both(digest if rules else shown, ours, theirs),
            Severity.RISK if rules else Severity.NOTE,
            "local times of some moments differ" if rules else "another source, whose rules are compared by themselves",
            "install the tzdata package from one lock file, and set PYTHONTZPATH to nothing",
        )


def _local_time(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    zones = a.value("time_zone"), b.value("time_zone")
    if all(zones) and zones[0] != zones[1]:
        names = both(lambda zone: shown(f"{zone['winter']}, in summer {zone['summer']}"), *zones)
        offsets = [zone.get("offsets_sha256", name) for zone, name in zip(zones, names, strict=True)]
        if names[0] == names[1]:
            names = both(lambda zone: shown(f"{zone['winter']}, offsets {zone.get('offsets_sha256')}"), *zones)
        same = offsets[0] == offsets[1]
        judged = (Severity.NOTE, BY_NAME) if same else (Severity.RISK, "naive local times mean other moments")
        yield Finding("system", "local time", *names, *judged, "use aware times, or set TZ to one value on both sides")
