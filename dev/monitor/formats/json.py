"""The judgement for machines."""

import json
import math
from typing import Any

from dev.monitor.formats import words
from dev.monitor.judge import Judgement
from dev.monitor.reason import Reason
from dev.scoring import SCORING
from dev.usual.statistics import SCORES
from shared.contract import TIME
from shared.times import from_timestamp, rfc3339
from shared.window import Statistic

DIGITS = 6
QUALITY = tuple(SCORING.quality_tests)


def to_json(judged: Judgement) -> str:
    """Strict JSON: what is unknown is null."""
    return json.dumps(record(judged), indent=2, allow_nan=False) + "\n"


def record(judged: Judgement) -> dict[str, Any]:
    """The judgement as JSON values."""
    columns = dict(judged.reported())
    scores = {name: columns.pop(name) for name in SCORES}
    return {
        "verdict": judged.verdict,
        "summary": words.summary(judged),
        "next": words.following(judged),
        "reasons": [_reason(reason, judged) for reason in judged.reasons],
        "model_version": judged.version,
        "rows": judged.rows,
        "windows": len(judged.windows),
        "window_rows": judged.window_rows,
        "rows_left_over": judged.left_over,
        "truncated": judged.truncated,
        "first": judged.windows[0].first,
        "last": judged.windows[-1].last,
        "columns": columns,
        "scores": {
            name: {"mean": judged.mean("mean", name), "psi": score["psi"], "distance": score["distance"]}
            for name, score in scores.items()
        },
        "quality": {"rows": judged.outcomes, **{name: judged.quality.get(name) for name in QUALITY}},
        "usual": {label(statistic): list(ends) for statistic, ends in judged.usual.items()},
        "series": [
            {
                "first": window.first,
                "last": window.last,
                "time": rfc3339(from_timestamp(window.time)) if TIME else None,
                "statistics": {label(name): _finite(value) for name, value in window.statistics.items()},
            }
            for window in judged.windows
        ],
    }


def label(statistic: Statistic) -> str:
    """A statistic's name: the test, then its columns."""
    return " ".join((statistic[0], *statistic[1]))


def _reason(reason: Reason, judged: Judgement) -> dict[str, Any]:
    return {
        "kind": reason.kind,
        "test": reason.test,
        "columns": list(reason.columns),
        "what": reason.what,
        "value": _finite(reason.value),
        "low": _finite(reason.low),
        "high": _finite(reason.high),
        "first": judged.windows[reason.first].first,
        "last": judged.windows[min(reason.last, len(judged.windows) - 1)].last,
    }


def _finite(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
