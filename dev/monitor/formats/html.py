"""The judgement as one self-contained page: no network, readable without JavaScript."""

import json
from collections.abc import Iterator
from pathlib import Path

import jinja2

from dev.monitor.finding import Kind
from dev.monitor.formats import words
from dev.monitor.formats.json import QUALITY, record
from dev.monitor.formats.plot import Plot, plot
from dev.monitor.judge import OF_COLUMNS, Judgement
from dev.monitor.statistics import SCORE, TESTS
from shared.problem.features import CATEGORICAL, NUMERIC
from shared.window import Statistic

HERE = Path(__file__).parent


def html(judged: Judgement) -> str:
    """The page."""
    page = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return page.get_template("page.html").render(
        judged=judged,
        meaning=words.MEANING[judged.verdict],
        following=words.following(judged),
        bad=judged.verdict in (Kind.RETRAIN, Kind.SKEW),
        tests=TESTS,
        columns=list(judged.reported()),
        of_columns=OF_COLUMNS,
        quality=list(_plots(judged, [(name, ()) for name in QUALITY])),
        score=list(_plots(judged, [(name, (SCORE,)) for name in ("mean", "psi", "distance")])),
        inputs=list(_plots(judged, [("psi", (name,)) for name in (*CATEGORICAL, *NUMERIC)])),
        found=list(_plots(judged, _others(judged))),
        style=(HERE / "page.css").read_text(),
        # A `</script>` in a text would end the element that holds it.
        embedded=json.dumps(record(judged), allow_nan=False).replace("<", "\\u003c"),
    )


def _plots(judged: Judgement, statistics: list[Statistic]) -> Iterator[Plot]:
    return (drawn for each in statistics if (drawn := plot(judged, each)))


def _others(judged: Judgement) -> list[Statistic]:
    """What was found, where no other plot shows it."""
    found = {(each.test, each.columns): None for each in judged.findings}
    return [each for each in found if each[0] != "psi" and each[1] not in ((), (SCORE,))]
