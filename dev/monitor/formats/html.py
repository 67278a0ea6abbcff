"""The judgement as one self-contained page: no network, readable without JavaScript."""

from collections.abc import Iterator
from pathlib import Path

from dev import pages
from dev.monitor.formats import words
from dev.monitor.formats.json import QUALITY, record
from dev.monitor.formats.plot import StatisticPlot, plot
from dev.monitor.judge import OF_COLUMNS, Judgement
from dev.monitor.reason import Kind
from dev.usual.statistics import SCORES, TESTS
from shared.columns import CATEGORICAL, NUMERIC
from shared.contract import TIME
from shared.problem.target import ROWS
from shared.window import Statistic

TEMPLATE = Path(__file__).with_name("page.html")


def html(judged: Judgement) -> str:
    """The page."""
    return pages.render(
        TEMPLATE,
        record(judged),
        judged=judged,
        meaning=words.MEANING[judged.verdict],
        counted=words.counted(judged),
        following=words.following(judged),
        bad=judged.verdict in (Kind.RETRAIN, Kind.SKEW),
        dated=ROWS if TIME else "answers",
        tests=TESTS,
        columns=list(judged.reported()),
        of_columns=OF_COLUMNS,
        quality=list(_plots(judged, [(name, ()) for name in QUALITY])),
        score=list(_plots(judged, [(test, (name,)) for name in SCORES for test in ("mean", "psi", "distance")])),
        inputs=list(_plots(judged, [("psi", (name,)) for name in (*CATEGORICAL, *NUMERIC)])),
        others=list(_plots(judged, _others(judged))),
        style=TEMPLATE.with_name("page.css").read_text(),
    )


def _plots(judged: Judgement, statistics: list[Statistic]) -> Iterator[StatisticPlot]:
    return (drawn for statistic in statistics if (drawn := plot(judged, statistic)))


def _others(judged: Judgement) -> list[Statistic]:
    """Statistics among the reasons that no other plot shows."""
    shown = ((), *((name,) for name in SCORES))
    found = dict.fromkeys((reason.test, reason.columns) for reason in judged.reasons)
    return [(test, columns) for test, columns in found if test != "psi" and columns not in shown]
