"""The judgement as Prometheus reads it, for a textfile collector or a push gateway."""

from collections.abc import Iterator

from dev.monitor.judge import Judgement
from dev.monitor.reason import Kind
from dev.usual.statistics import TESTS

OF_COLUMNS = {
    "psi": "population stability index against training, mean over windows",
    "distance": "Kolmogorov-Smirnov distance or total variation to training, mean over windows",
    "missing": "share of rows without a value",
    "unseen": "share of rows with a category that training never saw",
    "outside": "share of rows beyond all values of training",
}


def prometheus(judged: Judgement) -> str:
    """Text exposition format 0.0.4."""
    return "\n".join(_lines(judged)) + "\n"


def _lines(judged: Judgement) -> Iterator[str]:
    columns = dict(judged.reported())
    model = f'model_version="{judged.version}"'
    yield from _head("parity_monitor_verdict", "1 for the verdict, 0 for the others")
    yield from (f'parity_monitor_verdict{{{model},verdict="{kind}"}} {int(kind is judged.verdict)}' for kind in Kind)
    for name, value, meaning in (
        ("parity_monitor_rows", judged.rows, "rows that were judged"),
        ("parity_monitor_windows", len(judged.windows), "windows that were judged"),
        ("parity_monitor_outcomes", judged.outcomes, "rows whose outcome is known"),
    ):
        yield from _head(name, meaning)
        yield f"{name}{{{model}}} {value}"
    yield from _head("parity_monitor_findings", "statistics that left their usual range, by what they speak for")
    for kind in (Kind.WATCH, Kind.RETRAIN, Kind.SKEW):
        count = sum(reason.kind is kind for reason in judged.reasons)
        yield f'parity_monitor_findings{{{model},kind="{kind}"}} {count}'
    for test, meaning in OF_COLUMNS.items():
        yield from _head(f"parity_drift_{test}", meaning)
        for column, values in columns.items():
            if values[test] is not None:
                yield f'parity_drift_{test}{{{model},column="{column}"}} {values[test]!r}'
    for name, measured in judged.quality.items():
        yield from _head(f"parity_quality_{name}", f"of the rows whose outcome is known: {TESTS[name]}")
        yield f"parity_quality_{name}{{{model}}} {measured!r}"


def _head(name: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} gauge"
