"""One scenario as a story, in pieces that can be printed as they happen."""

import difflib
from pathlib import Path

from tests.lab.outcome import StageOutcome
from tests.lab.scenario import FRAMES, Scenario

STAGES = {
    "baseline": "baseline: prod as dev knows it",
    "broken": "broken: one side differs, and the guard is off",
    "caught": "caught by {by} ({checks}): the same break, and the guard is on",
    "fixed": "fixed: {fix}",
    "benign": "benign: a difference that breaks nothing",
}
BY = {
    "startup": "prod's guard at startup",
    "request": "prod's contract, request by request",
    "gate": "the gate",
    "replay": "a replay of golden requests over HTTP",
    "monitor": "the monitor",
}


def opening(scenario: Scenario) -> str:
    """What it is, how it happens, and what differs; known before anything runs."""
    parts = [f"{scenario.name}: {scenario.title}", "", scenario.story, ""]
    if scenario.frame:
        parts += [f"Both sides run {FRAMES[scenario.frame]} (tests/lab/fragile/{scenario.frame}).", ""]
    return "\n".join([*parts, "What differs:", _indented(difference(scenario)), ""])


def heading(scenario: Scenario, stage: str) -> str:
    """What a stage is about to show."""
    by, checks = BY.get(scenario.caught_by, ""), ", ".join(scenario.checks)
    number = scenario.stages.index(stage) + 1
    return f"{number}. {STAGES[stage].format(by=by, checks=checks, fix=scenario.fix)}"


def result(outcome: StageOutcome) -> str:
    """What it showed."""
    mark = {True: "holds", False: "DOES NOT HOLD", None: "skipped"}[outcome.holds]
    return f"{_indented(outcome.evidence)}\n    [{mark}, {outcome.seconds:.1f} s]\n"


def closing(scenario: Scenario) -> str:
    """How to run it by hand, and whom it happened to."""
    lines = ["By hand:", f"    {scenario.by_hand()}", f"    {scenario.by_hand_down()}"]
    sources = [f"    {address}" for address in scenario.source.split() if address.startswith("https://")]
    return "\n".join([*lines, *(["It happened to others:", *sources] if sources else [])])


def difference(scenario: Scenario) -> str:
    """What the break changes: the files of its folder `broken` against those of `baseline`."""
    old, new = ("product", "benign") if scenario.control else ("baseline", "broken")
    names = {path.name for side in (old, new) for path in (scenario.folder / side).glob("*") if path.is_file()}
    lines: list[str] = []
    for name in sorted(names):
        a, b = scenario.folder / old / name, scenario.folder / new / name
        titles = [f"{path.parent.name}/{name}" if path.exists() else "/dev/null" for path in (a, b)]
        lines += difflib.unified_diff(_lines(a), _lines(b), *titles, lineterm="")
    return "\n".join(lines)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
