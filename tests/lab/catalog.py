"""The scenarios in words: the table, a story, the verdict, what the record says of each."""

import difflib
from typing import Any

from tests.lab.scenario import Scenario

WIDTHS = (28, 11, 6, 46, 30, 7)
HEAD = (
    "  ".join(
        f"{title:{width}}"
        for title, width in zip(("scenario", "kind", "", "measured harm", "caught by", "fixed"), WIDTHS, strict=True)
    )
    + "  seconds"
)
CUSTOMARY = ("freeze", "check", "warning", "smoke")
ABOUT = ("title", "kind", "silent", "story", "source", "caught_by", "checks", "fix", "hint")


def row(scenario: Scenario, outcomes: dict[str, Any]) -> str:
    """A line of the table; what does not hold is told below it."""
    seconds = sum(each["seconds"] for each in outcomes.values())
    if any(each["holds"] is None for each in outcomes.values()):
        harm, caught, fixed = "skipped: " + next(iter(outcomes.values()))["evidence"], "", ""
    elif scenario.control:
        holds = outcomes["benign"]["holds"]
        harm, caught, fixed = "none" if holds else "a false alarm", "nothing raised" if holds else "", "-"
    else:
        harm = outcomes["broken"]["evidence"] if outcomes["broken"]["holds"] else "not shown"
        by = f"{scenario.caught_by}: {', '.join(scenario.checks)}"
        caught = by if outcomes["caught"]["holds"] else "not caught"
        fixed = "yes" if outcomes["fixed"]["holds"] else "no"
    loudness = "" if scenario.control else "silent" if scenario.silent else "loud"
    cells = (scenario.name, scenario.kind, loudness, harm, caught, fixed)
    line = "  ".join(f"{_short(cell, width):{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    wrong = [f"    {stage}: {each['evidence'][:600]}" for stage, each in outcomes.items() if each["holds"] is False]
    return "\n".join([f"{line}  {seconds:7.1f}", *wrong])


def told(scenario: Scenario, outcomes: dict[str, Any]) -> dict[str, Any]:
    """A scenario and its stages, for the record."""
    about = {name: getattr(scenario, name) for name in ABOUT}
    return {
        "name": scenario.name,
        **about,
        "diff": difference(scenario),
        "by_hand": scenario.by_hand(),
        "stages": outcomes,
    }


def verdict(record: dict[str, Any]) -> str:
    """The run in one line."""
    breaks = [each for each in record["scenarios"] if each["kind"] != "control"]
    controls = [each for each in record["scenarios"] if each["kind"] == "control"]
    skipped = sum(any(stage["holds"] is None for stage in each["stages"].values()) for each in breaks)

    def count(stage: str) -> int:
        return sum(bool(each["stages"].get(stage, {}).get("holds")) for each in breaks)

    alarms = sum(not each["stages"]["benign"]["holds"] for each in controls)
    silent = sum(each["silent"] for each in breaks)
    smoke = sum(noticed(each)["smoke"] for each in breaks)
    parts = [f"{count('caught')} of {len(breaks)} caught", f"{count('fixed')} fixed"]
    parts += [f"{alarms} of {len(controls)} false alarms"] if controls else []
    parts += [f"{skipped} skipped"] if skipped else []
    return f"{', '.join(parts)}; {silent} silent; a smoke test notices {smoke}; {record['seconds']:.0f} s"


def noticed(each: dict[str, Any]) -> dict[str, bool]:
    """What customary tests would have noticed of a break, as measured."""
    return dict(each["stages"].get("broken", {}).get("details", {}).get("noticed") or dict.fromkeys(CUSTOMARY, False))


def markdown(record: dict[str, Any]) -> str:
    """README's table of breaks, and its line of controls."""
    rows = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    controls = []
    for each in record["scenarios"]:
        if each["kind"] == "control":
            controls.append(f"`{each['name']}`")
            continue
        seen = noticed(each)
        broken = each["stages"]["broken"]
        harm = f"skipped: {broken['evidence']}" if broken["holds"] is None else _brief(broken)
        cells = (
            f"[{each['name']}](tests/scenarios/{each['name']}/scenario.py)",
            each["title"],
            "silent" if each["silent"] else "loud",
            harm,
            f"{each['caught_by']}: {', '.join(each['checks'])}",
            *("yes" if seen[name] else "no" for name in CUSTOMARY),
        )
        rows.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    return "\n".join(
        [*rows, "", _summary(record), "", f"Controls, that must raise nothing and do not: {', '.join(controls)}."]
    )


def shown(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The breaks whose harm was shown."""
    return [each for each in record["scenarios"] if each["stages"].get("broken", {}).get("holds")]


def caught(scenarios: list[dict[str, Any]]) -> int:
    """How many of them are caught where they say."""
    return sum(bool(each["stages"].get("caught", {}).get("holds")) for each in scenarios)


def _summary(record: dict[str, Any]) -> str:
    """What of the breaks the customary looks notice, in a sentence."""
    seen = [noticed(each) for each in shown(record)]
    freeze, check, warning, smoke = (sum(each[name] for each in seen) for name in CUSTOMARY)
    return (
        f"Of {len(seen)} breaks that were shown, {caught(shown(record))} are caught. Comparing `pip freeze` notices "
        f"{freeze}, `pip check` {check}, scikit-learn's warning of another version {warning}, and a smoke test (does "
        f"one request get 200?) {smoke}; {sum(not any(each.values()) for each in seen)} are noticed by none of the "
        "four."
    )


COLUMNS = (
    "scenario",
    "what differs",
    "",
    "measured harm",
    "caught by",
    "`pip freeze`",
    "`pip check`",
    "scikit-learn warns",
    "smoke test",
)
MARKS = ("<!-- scenarios: written by `python -m tests.lab readme` -->", "<!-- end of scenarios -->")


def replaced(text: str, table: str) -> str:
    """A text with another table between the marks."""
    head, _, rest = text.partition(MARKS[0])
    _, _, tail = rest.partition(MARKS[1])
    return f"{head}{MARKS[0]}\n\n{table}\n\n{MARKS[1]}{tail}"


def _brief(broken: dict[str, Any]) -> str:
    """The harm, short enough for a cell."""
    told = broken["details"]
    if told.get("answered") and told["answered"] == told["asked"] and told.get("share"):
        a, b = told["auc"]
        return f"{told['share']:.1%} of decisions flip, AUC {a:.3f} → {b:.3f}"
    return _short(broken["evidence"], 90)


def story(scenario: Scenario, outcomes: dict[str, Any]) -> str:
    """One scenario from its cause to its cure."""
    parts = [f"{scenario.name}: {scenario.title}", "", scenario.story, ""]
    parts += ["What differs:", _indented(difference(scenario)), ""]
    titles = {
        "baseline": "Before the break",
        "broken": "Unguarded",
        "caught": f"Caught by {scenario.caught_by} ({', '.join(scenario.checks)})",
        "fixed": f"Fixed: {scenario.fix}",
        "benign": "A difference that breaks nothing",
    }
    for stage, each in outcomes.items():
        mark = {True: "holds", False: "DOES NOT HOLD", None: "skipped"}[each["holds"]]
        parts += [f"{titles[stage]} [{mark}, {each['seconds']:.1f} s]", _indented(each["evidence"]), ""]
    parts += [f"By hand, after `make lab`:\n    {scenario.by_hand()}", f"It happened to others: {scenario.source}"]
    return "\n".join(parts)


def difference(scenario: Scenario) -> str:
    """What the break changes: the overlay of the broken stage against that of the baseline."""
    ours, theirs = ("", "benign") if scenario.control else ("baseline", "broken")
    names = {path.name for stage in (ours, theirs) if stage for path in _files(scenario, stage)}
    lines: list[str] = []
    for name in sorted(names):
        old, new = (_lines(scenario, stage, name) for stage in (ours, theirs))
        lines += difflib.unified_diff(old, new, f"{ours or 'product'}/{name}", f"{theirs}/{name}", lineterm="")
    return "\n".join(lines)


def _files(scenario: Scenario, stage: str) -> list[Any]:
    return [path for path in (scenario.folder / stage).glob("*") if path.is_file()]


def _lines(scenario: Scenario, stage: str, name: str) -> list[str]:
    path = scenario.folder / stage / name
    return path.read_text().splitlines() if stage and path.exists() else []


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
