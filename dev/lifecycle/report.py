"""Scores of the year: of the models that served, and of the first one, as text, JSON and a page.

In the dev container, from the loop's record and from prod's prediction log, which has the answers that were served.
"""

import argparse
import json
import sqlite3
import sys
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dev import truths
from dev.lifecycle import page
from dev.scoring import SCORING
from shared import artifact, prediction_log, settings
from shared.contract import Row
from shared.errors import program
from shared.problem.target import ROWS
from shared.target import Labels, Scores

LINES = """
SELECT instance, scores, truth FROM joined
WHERE truth IS NOT NULL AND request_id >= ? AND request_id < ? ORDER BY time, request_id, row
"""
WIDTH, INDENT = 112, " " * 8
SCORES = tuple(SCORING.plotted)


def scored(record: Mapping[str, Any], log: sqlite3.Connection, first: artifact.Model) -> dict[str, Any]:
    """The record with `scores` of every month and of all: `retrained` (the answers that were served) and `first`.

    Args:
        log: prod's prediction log; a request's ID begins with its month.
        first: the first model of the year.
    """
    parts = []
    for month in record["months"]:
        lines = log.execute(LINES, (month["month"], month["month"] + "~")).fetchall()
        asked = [msgspec.json.decode(line[0], type=Row) for line in lines]
        served = np.array([msgspec.json.decode(line[1], type=list[float]) for line in lines])
        happened = truths.array([msgspec.json.decode(line[2]) for line in lines])
        parts.append((happened, {"retrained": served, "first": first.scores(asked)}))
    usual = [part for month, part in zip(record["months"], parts, strict=True) if not month["corrupted"]]
    everything = np.concatenate([part[0] for part in usual])
    return {
        **record,
        "months": [
            {**month, **SCORING.summary(happened), "scores": _scores(happened, answers)}
            for month, (happened, answers) in zip(record["months"], parts, strict=True)
        ],
        "all": _scores(everything, {name: np.concatenate([part[1][name] for part in usual]) for name in usual[0][1]}),
    }


def _scores(happened: Labels, answers: Mapping[str, Scores]) -> dict[str, dict[str, float]]:
    measured = {name: SCORING.evaluate(happened, scores, None) for name, scores in answers.items()}
    return {name: {score: scores[score] for score in SCORES} for name, scores in measured.items()}


def text(record: Mapping[str, Any]) -> str:
    """A line for a month, and the reasons below it; then all months together."""
    (main, _), (other, _) = SCORING.plotted.values()
    lines = [
        f"{'':<8}{'':>8}  {'':<8}" + f"{main:^18}{other:^20}",
        f"{'month':<8}{ROWS:>8}  {'verdict':<8}{'retrained':>9}{'first':>9}{'retrained':>11}{'first':>9}"
        f"{'failed':>8}{'seconds':>9}  served by",
    ]
    for month in record["months"]:
        served = max(month["answered"], key=month["answered"].get)
        lines += [
            f"{month['month']:<8}{month['rows']:>8,}  {month['verdict']:<8}{_numbers(month['scores'])}"
            f"{month['failed']:>8}{month['seconds']:>9.1f}  {served}",
            *textwrap.wrap(month["why"], WIDTH, initial_indent=INDENT, subsequent_indent=INDENT),
            INDENT + month["outcome"],
        ]
    corrupted = " and ".join(month["month"] for month in record["months"] if month["corrupted"])
    name = f"all but {corrupted}" if corrupted else "all"
    lines.append(f"{name:<26}{_numbers(record['all'])}{'':>8}{record['seconds']:>9.1f}")
    reloads = [month for month in record["months"] if month["reloading"] is not None]
    requests, failed = (sum(month[key] for month in record["months"]) for key in ("requests", "failed"))
    during = sum(month["reloading"] for month in reloads)
    reloaded = f"{len(reloads)} reload{'s' * (len(reloads) != 1)} while {during:,} requests were answered"
    lines.append(f"{requests:,} requests, {failed} failed; {reloaded if reloads else 'no reload'}")
    return "\n".join(lines) + "\n"


def _numbers(scores: Mapping[str, Mapping[str, float]]) -> str:
    main, other = ([scores[model][score] for model in ("retrained", "first")] for score in SCORES)
    return f"{main[0]:>9.4f}{main[1]:>9.4f}{other[0]:>11.4f}{other[1]:>9.4f}"


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Add the scores to the record, write both and the page beside it, and print the table."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.lifecycle.report", description=__doc__)
    parser.add_argument("record", type=Path, help="the record that the loop wrote")
    path = parser.parse_args(arguments).record
    config = settings.read()
    record = json.loads(path.read_text())
    first = artifact.load(config.models / record["first_version"])
    logs = prediction_log.logs(config.predictions)
    for each in logs:
        prediction_log.settle(each)
    with closing(prediction_log.connect(*logs)) as log:
        record = scored(record, log, first)
    path.with_name("lifecycle.json").write_text(json.dumps(record, indent=2) + "\n")
    path.with_name("lifecycle.html").write_text(page.render(record))
    print(text(record), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
