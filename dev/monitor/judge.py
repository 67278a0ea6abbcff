"""From a prediction log and a model to a verdict, with what it rests on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dev.monitor import statistics
from dev.monitor import usual as training
from dev.monitor.drift import drift
from dev.monitor.finding import Finding, Kind
from dev.monitor.log import Log, Logged, Which
from dev.monitor.skew import MEMORY, STAY, Windows, skew
from dev.monitor.statistics import SCORE, Known
from shared import artifact
from shared.errors import ParityError
from shared.problem.features import CATEGORICAL, NUMERIC
from shared.window import Statistic

OF_COLUMNS = ("missing", "unseen", "outside", "psi", "distance")


class MonitorError(ParityError):
    """There is nothing that could be judged, or nothing to judge it by."""


@dataclass(frozen=True)
class Window:
    """A window that was judged.

    Attributes:
        first, last: when its rows were answered.
        departures: median time of its flights, seconds since 1970.
        statistics: all that could be computed.
    """

    first: str
    last: str
    departures: float
    statistics: Mapping[Statistic, float]


@dataclass(frozen=True)
class Judgement:
    """What was judged, and the verdict.

    Attributes:
        findings: the worst kind first.
        left_over: rows that do not fill a window.
        truncated: whether there were more rows than are read.
        quality: of all rows whose truth is known.
        usual: by statistic, lowest and highest of the windows of training.
    """

    verdict: Kind
    findings: Sequence[Finding]
    version: str
    windows: Sequence[Window]
    window_rows: int
    left_over: int
    truncated: bool
    truths: int
    quality: Mapping[str, float]
    usual: Mapping[Statistic, tuple[float, float]] = field(repr=False)

    @property
    def rows(self) -> int:
        """That were judged."""
        return len(self.windows) * self.window_rows

    def mean(self, test: str, column: str) -> float | None:
        """Of a statistic of a column, over all windows."""
        values = [each.statistics.get((test, (column,)), np.nan) for each in self.windows]
        return None if np.isnan(values).all() else float(np.nanmean(values))

    def reported(self) -> Iterator[tuple[str, dict[str, float | None]]]:
        """Each column, and the score, with the means of `OF_COLUMNS`."""
        for name in (*CATEGORICAL, *NUMERIC, SCORE):
            yield name, {test: self.mean(test, name) for test in OF_COLUMNS}


def judge(path: Path, folder: Path, **chosen: Any) -> Judgement:
    """Judge the rows of a log that the model in a folder has answered.

    Args:
        path: of the log.
        folder: of the model.
        chosen: fields of a `Which`, but for the version.

    Raises:
        ParityError: no log, no model, no `monitor.json`, or less than one window of rows.
    """
    model = artifact.load(folder)
    usual = _usual(folder, model.passport)
    which = Which(model.passport.version, **chosen)
    known = Known(model.passport.distribution.columns, usual.score, usual.relations)
    with closing(Log(path)) as log:
        total = log.count(which)
        if min(total, which.most) < usual.rows:
            raise _too_few(which, total, usual.rows)
        read = [_window(each, known, usual.rows) for each in log.windows(which, usual.rows)]
        before = log.before(read[0][1].ids[0], which, usual.rows, MEMORY)
    windows = [window for window, _ in read if window]
    earlier = [window for each in before if (window := _window(each, known, usual.rows)[0])]
    findings = found(windows, earlier, usual)
    late = np.concatenate([logged.rows.late for _, logged in read])
    score = np.concatenate([logged.rows.score for _, logged in read])
    told = ~np.isnan(late)
    return Judgement(
        max((each.kind for each in findings), key=list(Kind).index, default=Kind.FINE),
        sorted(findings, key=lambda each: -list(Kind).index(each.kind)),
        model.passport.version,
        windows,
        usual.rows,
        len(late) - len(windows) * usual.rows,
        total > which.most,
        int(told.sum()),
        statistics.quality(late[told], score[told]) if told.sum() >= statistics.FEWEST_TRUTHS else {},
        {name: (float(np.nanmin(each)), float(np.nanmax(each))) for name, each in usual.values.items()},
    )


def found(windows: Sequence[Window], earlier: Sequence[Window], usual: training.Usual) -> list[Finding]:
    """What is unusual about windows, given those before them; else those at the end of training come before."""
    measured = [each.statistics for each in windows]
    departures = [each.departures for each in windows]
    before = [(each.departures, each.statistics) for each in earlier]
    last = _end(usual)
    if len(before) < STAY or abs(departures[0] - before[-1][0]) > abs(departures[0] - last[-1][0]):
        before = last
    all_of_them = Windows(
        [*(each for _, each in before), *measured], [*(time for time, _ in before), *departures], len(before)
    )
    return [*skew(all_of_them, usual), *drift(all_of_them, usual)]


def _end(usual: training.Usual) -> list[tuple[float, Mapping[Statistic, float]]]:
    """The last windows of training, as if they were of the log."""
    return [
        (usual.departures[at], {name: float(values[at]) for name, values in usual.values.items()})
        for at in range(-min(MEMORY, len(usual.departures)), 0)
    ]


def _window(logged: Logged, known: Known, size: int) -> tuple[Window | None, Logged]:
    if len(logged.rows) < size:
        return None, logged
    departures = float(np.median(logged.rows.departures))
    return Window(*logged.times, departures, statistics.statistics(logged.rows, known)), logged


def _usual(folder: Path, passport: artifact.Passport) -> training.Usual:
    path = folder / training.NAME
    try:
        if training.NAME not in passport.files:
            raise MonitorError(
                f"model {passport.version} does not say what is usual",
                evidence=f"{folder} has no {training.NAME}: it was trained before there was a monitor",
                remedy="make dev; a model trained now has it",
            )
        return training.loads(path.read_bytes())  # its hash was checked with all others
    except (OSError, msgspec.MsgspecError) as error:
        raise MonitorError(f"{path} cannot be read", evidence=str(error), remedy="train again: make dev") from error


def _too_few(which: Which, rows: int, size: int) -> MonitorError:
    bounds = (("since", which.since), ("until", which.until))
    period = "".join(f" {name} {moment:%Y-%m-%dT%H:%M:%SZ}" for name, moment in bounds if moment)
    return MonitorError(
        "there are too few rows to judge",
        evidence=f"the log has {rows:,} that {which.version} answered{period}; a window has {size:,}",
        remedy="wait for more, or take a longer period: --since; --model FOLDER judges another model",
    )
