"""Scenarios as tables: a row as each one finishes, and the catalogue in tests/scenarios/README.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.lab import figures
from tests.lab.scenario import Scenario

WIDTHS = (28, 11, 6, 46, 30, 7)
TITLES = ("scenario", "kind", "", "measured harm", "caught by", "fixed")
HEAD = "  ".join(f"{title:{width}}" for title, width in zip(TITLES, WIDTHS, strict=True)) + "  seconds"
COLUMNS = ("scenario", "what goes wrong", "", "measured harm", "caught by", *figures.CONVENTIONAL.values())
MARKS = ("<!-- scenarios: written by `python -m tests.lab readme` -->", "<!-- end of scenarios -->")


def row(result: figures.ScenarioResult) -> str:
    """A scenario's line; stages that do not hold are explained below it."""
    stages = result["stages"]
    control = result["kind"] == "control"
    if figures.skipped(result):
        harm, caught, fixed = "skipped: " + next(iter(stages.values()))["evidence"], "", ""
    elif control:
        holds = stages["benign"]["holds"]
        harm, caught, fixed = "none" if holds else "a false alarm", "nothing raised" if holds else "", "-"
    else:
        harm = stages["broken"]["evidence"] if stages["broken"]["holds"] else "not shown"
        caught = _caught_by(result) if stages["caught"]["holds"] else "not caught"
        fixed = "yes" if stages["fixed"]["holds"] else "no"
    cells = (result["name"], result["kind"], "" if control else _loudness(result["silent"]), harm, caught, fixed)
    line = "  ".join(f"{_short(cell, width):{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    seconds = sum(stage["seconds"] for stage in stages.values())
    wrong = [f"    {name}: {stage['evidence'][:600]}" for name, stage in stages.items() if stage["holds"] is False]
    return "\n".join([f"{line}  {seconds:7.1f}", *wrong])


def markdown(scenarios: Sequence[Scenario], record: Mapping[str, Any]) -> str:
    """The catalogue: words as the scenarios have them now, measurements from a record."""
    results = {result["name"]: result for result in record["scenarios"]}
    rows = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    rows += [_markdown_row(scenario, results.get(scenario.name)) for scenario in scenarios if not scenario.control]
    controls = [
        f"| [{scenario.name}]({scenario.name}) | {scenario.title} |" for scenario in scenarios if scenario.control
    ]
    raised = [result["name"] for result in figures.controls(dict(record)) if not figures.holds(result, "benign")]
    return "\n".join(
        [
            *rows,
            "",
            _summary(figures.counts(dict(record))),
            "",
            f"Controls are differences that break nothing: {len(raised) or 'none'} of {len(controls)} raises an alarm.",
            "",
            "| control | what differs |",
            "|---|---|",
            *controls,
        ]
    )


def replaced(text: str, table: str) -> str:
    """A text with another table between the marks."""
    head, _, rest = text.partition(MARKS[0])
    _, _, tail = rest.partition(MARKS[1])
    return f"{head}{MARKS[0]}\n\n{table}\n\n{MARKS[1]}{tail}"


def _markdown_row(scenario: Scenario, result: figures.ScenarioResult | None) -> str:
    noticed = figures.noticed(result) if result else {}
    caught_by = f"{scenario.caught_by}: {', '.join(scenario.checks)}"
    cells = (
        f"[{scenario.name}]({scenario.name})",
        scenario.title,
        _loudness(scenario.silent),
        _harm(result["stages"]["broken"]) if result else "not run yet",
        caught_by,
        *({True: "yes", False: "no", None: ""}[noticed.get(name)] for name in figures.CONVENTIONAL),
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _summary(counts: Mapping[str, int]) -> str:
    """Which breaks the conventional checks notice, in a sentence."""
    return (
        f"{counts['caught']} of {counts['shown']} breaks are caught. Comparing `pip freeze` notices "
        f"{counts['freeze']}, `pip check` {counts['check']}, scikit-learn's version warning {counts['warning']}, and a "
        f"smoke test (does one request get 200?) {counts['smoke']}; none of the four notices the other "
        f"{counts['unnoticed']}."
    )


def _harm(broken: Mapping[str, Any]) -> str:
    """The harm, short enough for a cell."""
    if broken["holds"] is None:
        return f"skipped: {broken['evidence']}"
    details = broken["details"]
    if details.get("answered") and details["answered"] == details["asked"] and details.get("share"):
        a, b = details["auc"]
        return f"{details['share']:.1%} of decisions flip, AUC {a:.3f} → {b:.3f}"
    return _short(broken["evidence"], 90)


def _caught_by(result: figures.ScenarioResult) -> str:
    return f"{result['caught_by']}: {', '.join(result['checks'])}"


def _loudness(silent: bool) -> str:
    return "silent" if silent else "loud"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
