"""Which findings a replay clears: those that it exercised, and that its requests and answers could have shown.

A finding needs evidence of its kind: a package that it was loaded, a function that it was called, a server that the
requests came through it, text handling that there was text outside ASCII, rules of time zones that times lay where they
differ, arithmetic that answers had more than labels. What lacks is named, in words that a user can act on.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from shared.compare.report import Finding, Severity, Snapshot
from shared.parity.predictions import plural
from shared.parity.replay.names import NUMERIC, SERVERS, TEXT, TIMES
from shared.parity.replay.watch import Seen

SERVED = "no request came through the server: replay with --http 'POST /predict'"
ASCII = "no request has text outside ASCII: add one"
LABELS = "the answers are labels alone, which another score can leave as they are: let them hold the score too"
UNSEEN = "what answered could not be watched, so nothing shows that it ran through this"
UNRELATED = "answers to requests do not show it"
TEXTS = re.compile(r"locale: |encoding: ")
ZONE_RULES = re.compile(r"rules of time zones|local time|fact (tz_data|time_zone)")
BASE_LIBRARIES = re.compile(r"(lib(c|m|stdc\+\+|pthread|dl|gcc_s|z)|ld-[\w-]+)\b.*")
"""Every Python runs through them."""


@dataclass(frozen=True)
class Exercise:
    """What a replay ran through.

    Attributes:
        requests: how many were answered.
        seen: what each side did while it answered; None where it could not be watched.
        served: whether the requests came through the server.
        beyond_ascii: whether a request had text outside ASCII.
        text: whether a request had text.
        scored: whether answers had numbers that are not whole.
        times: asks for the dates that are missing, by time zone.
        unreached: asks for the functions of a finding's code that differ and did not run.
    """

    requests: int
    seen: tuple[Seen | None, Seen | None]
    served: bool = False
    beyond_ascii: bool = False
    text: bool = True
    scored: bool = False
    times: Callable[[], Mapping[str, str]] = dict
    unreached: Callable[[Finding], list[str] | None] = field(default=lambda finding: None)


def cleared(
    findings: list[Finding], a: Snapshot, b: Snapshot, exercise: Exercise
) -> tuple[list[Finding], tuple[str, ...]]:
    """Risks become notes where the replay could have shown them, and no answer moved.

    Returns:
        all findings, and what the golden requests lack to clear the rest, each with what it is for.
    """
    kept, lacking = [], dict[str, list[str]]()
    for finding in findings:
        if finding.severity is not Severity.RISK or not finding.replayed:
            kept.append(finding)
            continue
        missing = list(dict.fromkeys(_missing(finding, (a, b), exercise)))
        if missing:
            kept.append(replace(finding, why=f"{finding.why}; the replay does not clear it: {'; '.join(missing)}"))
            for reason in missing:
                lacking.setdefault(reason, []).append(f"{finding.check} {finding.subject}")
        else:
            rests = f"proven harmless: {plural(exercise.requests, 'golden answer')} unchanged, {_rests(finding)}"
            kept.append(replace(finding, severity=Severity.NOTE, why=f"{finding.why} ({rests})"))
    return kept, tuple(f"{reason}, to clear {_listed(subjects)}" for reason, subjects in lacking.items())


def _listed(subjects: list[str]) -> str:
    return ", ".join(subjects[:4]) + (f" and {len(subjects) - 4} more" if len(subjects) > 4 else "")


def _rests(finding: Finding) -> str:
    """What a cleared finding rests on."""
    return {
        "packages": f"with {finding.subject} loaded where it is installed",
        "code": "with all functions called that differ",
        "files": "with the file read",
        "libraries": "with what uses the library loaded",
    }.get(finding.check, "answered under both")


def _missing(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    if not all(exercise.seen):
        yield UNSEEN
        return
    if finding.subject.startswith("fact "):
        yield "nobody knows what it is on one side"
        return
    needs = NEEDS.get(finding.check)
    if needs is None:
        yield UNRELATED
        return
    yield from needs(finding, sides, exercise)


def _package(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    name, _, kind = finding.subject.partition(" (")
    if name in TIMES:
        yield from _times(finding, sides, exercise)
        return
    if kind.startswith("startup"):
        yield from _scores(finding, sides, exercise)
        return
    for side, seen in zip(sides, exercise.seen, strict=True):
        package = (side.value("packages") or {}).get(name)
        modules = set(package["modules"]) if package else {name} if kind else set()
        if (package or kind) and seen and not modules & seen.modules and not (kind and package is None):
            yield f"{name} was not loaded while the requests were answered"
            break
    if name in SERVERS and not exercise.served:
        yield SERVED
    if name in TEXT and not exercise.beyond_ascii:
        yield ASCII
    if any(_numeric(name, side, set()) for side in sides):
        yield from _scores(finding, sides, exercise)


def _numeric(name: str, side: Snapshot, visited: set[str]) -> bool:
    """Whether a package computes, or requires one that does."""
    if name in NUMERIC:
        return True
    if name in visited:
        return False
    visited.add(name)
    required = ((side.value("packages") or {}).get(name) or {}).get("requires", ())
    return any(_numeric(each, side, visited) for each in required if not each.endswith("?"))


def _code(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    unreached = exercise.unreached(finding)
    if unreached is None:
        yield f"{finding.subject} did not run while the requests were answered"
    elif unreached:
        yield f"no request reaches {_listed(unreached)}"
    yield from _scores(finding, sides, exercise)


def _file(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    there = [value for value in (finding.a, finding.b) if value != "not there"]
    read = [any(_ends(path, finding.subject) for path in seen.opened) for seen in exercise.seen if seen]
    if sum(read) < len(there):
        yield f"no request makes the program read {finding.subject}, as far as could be seen"
    yield from _scores(finding, sides, exercise)


def _ends(path: str, name: str) -> bool:
    return path == name or path.endswith("/" + name.lstrip("/"))


def _setting(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    name = finding.subject.partition(" ")[0]
    named = {*(sides[0].value("named") or ()), *(sides[1].value("named") or ())}
    if name in named and not all(seen and name in seen.variables for seen in exercise.seen):
        yield f"no request makes the program read {name}, as far as could be seen"
    yield from _scores(finding, sides, exercise)


def _library(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    computing = all(seen and seen.modules & {"numpy", "scipy", "torch"} for seen in exercise.seen)
    if not computing and not BASE_LIBRARIES.match(finding.subject):
        yield f"nothing that uses {finding.subject} was loaded while the requests were answered"
    yield from _scores(finding, sides, exercise)


def _python(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    for name in finding.details.get("files", ()):  # of the standard library
        module = name.partition(".")[0]
        if not all(seen and module in seen.modules for seen in exercise.seen):
            yield f"{module} was not loaded while the requests were answered"
            break
    if exercise.text and not exercise.beyond_ascii and not finding.subject.startswith("hash"):
        yield ASCII
    yield from _scores(finding, sides, exercise)


def _system(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    if ZONE_RULES.match(finding.subject):
        yield from _times(finding, sides, exercise)
    elif TEXTS.match(finding.subject):
        if not exercise.beyond_ascii:
            yield ASCII
    else:
        yield UNRELATED


def _times(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    local = finding.subject == "local time"
    wanted = {zone: day for zone, day in exercise.times().items() if local == (zone == "local time")}
    if wanted:
        days = [f"{day} ({zone})" for zone, day in list(wanted.items())[:3]]
        yield f"no request has a time at which the rules differ: add times such as {', '.join(days)}"


def _scores(finding: Finding, sides: tuple[Snapshot, Snapshot], exercise: Exercise) -> Iterator[str]:
    if not exercise.scored:
        yield LABELS


Needs = Callable[[Finding, tuple[Snapshot, Snapshot], Exercise], Iterator[str]]
NEEDS: Mapping[str, Needs] = {
    "packages": _package,
    "code": _code,
    "files": _file,
    "settings": _setting,
    "libraries": _library,
    "python": _python,
    "system": _system,
    "numeric": _scores,
}
"""By check; what a check that is not here finds, a replay does not clear."""
