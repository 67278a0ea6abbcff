"""The judgement for machines."""

import datetime as dt
import json
import math
from typing import Any

from dev.monitor.finding import Finding
from dev.monitor.formats import words
from dev.monitor.judge import Judgement
from dev.monitor.statistics import SCORE
from shared.window import Statistic

DIGITS = 6
QUALITY = ("roc_auc", "auc_gap", "late_gap", "brier_score", "calibration_error")


def to_json(judged: Judgement) -> str:
    """Strict JSON: what is not known is null."""
    return json.dumps(record(judged), indent=2, allow_nan=False) + "\n"


def record(judged: Judgement) -> dict[str, Any]:
    """The judgement as JSON values."""
    columns = dict(judged.reported())
    score = columns.pop(SCORE)
    return {
        "verdict": judged.verdict,
        "summary": words.summary(judged),
        "next": words.following(judged),
        "reasons": [_reason(each, judged) for each in judged.findings],
        "model_version": judged.version,
        "rows": judged.rows,
        "windows": len(judged.windows),
        "window_rows": judged.window_rows,
        "rows_left_over": judged.left_over,
        "truncated": judged.truncated,
        "first": judged.windows[0].first,
        "last": judged.windows[-1].last,
        "columns": columns,
        "score": {"mean": judged.mean("mean", SCORE), "psi": score["psi"], "distance": score["distance"]},
        "quality": {"rows": judged.truths, **{name: judged.quality.get(name) for name in QUALITY}},
        "usual": {label(name): list(each) for name, each in judged.usual.items()},
        "series": [
            {
                "first": each.first,
                "last": each.last,
                "flights": moment(each.departures),
                "statistics": {label(name): _finite(value) for name, value in each.statistics.items()},
            }
            for each in judged.windows
        ],
    }


def label(statistic: Statistic) -> str:
    """A statistic's name: the test, then its columns."""
    return " ".join((statistic[0], *statistic[1]))


def moment(seconds: float) -> str:
    """As RFC 3339 has it."""
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _reason(finding: Finding, judged: Judgement) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "test": finding.test,
        "columns": list(finding.columns),
        "what": finding.what,
        "value": _finite(finding.value),
        "low": _finite(finding.low),
        "high": _finite(finding.high),
        "first": judged.windows[finding.first].first,
        "last": judged.windows[min(finding.last, len(judged.windows) - 1)].last,
    }


def _finite(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
