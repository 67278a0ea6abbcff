"""From prediction logs and a model to a verdict, and its reasons."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dev.monitor.drift import drift
from dev.monitor.log import Log, Logged, Selection
from dev.monitor.reason import Kind, Reason
from dev.monitor.skew import MEMORY, STAY, WindowSeries, skew
from dev.scoring import SCORING
from dev.usual import statistics, training
from dev.usual.statistics import SCORES, Profile
from shared import artifact
from shared.columns import CATEGORICAL, NUMERIC
from shared.errors import ParityError
from shared.times import rfc3339
from shared.window import MIN_VALUES, Statistic

MIN_WINDOWS = 8
"""Of training: with fewer nobody knows what is usual."""
OF_COLUMNS = ("missing", "unseen", "outside", "psi", "distance")


class MonitorError(ParityError):
    """There are no rows to judge, or the usual ranges are unknown."""


@dataclass(frozen=True)
class Window:
    """A window that was judged.

    Attributes:
        first, last: when its rows were answered.
        time: median of its rows, seconds since 1970; 0 where rows have none.
        statistics: those that could be computed.
    """

    first: str
    last: str
    time: float
    statistics: Mapping[Statistic, float]


@dataclass(frozen=True)
class Judgement:
    """What was judged, and the verdict.

    Attributes:
        reasons: the worst kind first.
        left_over: rows that do not fill a window.
        truncated: whether the log has more rows than were read.
        outcomes: rows whose outcome is known.
        quality: of the answers to these rows.
        usual: by statistic, lowest and highest of the windows of training.
    """

    verdict: Kind
    reasons: Sequence[Reason]
    version: str
    windows: Sequence[Window]
    window_rows: int
    left_over: int
    truncated: bool
    outcomes: int
    quality: Mapping[str, float]
    usual: Mapping[Statistic, tuple[float, float]] = field(repr=False)

    @property
    def rows(self) -> int:
        """How many rows were judged."""
        return len(self.windows) * self.window_rows

    def mean(self, test: str, column: str) -> float | None:
        """Mean of a statistic of a column over all windows; None if it is unknown in all."""
        values = [window.statistics.get((test, (column,)), np.nan) for window in self.windows]
        return None if np.isnan(values).all() else float(np.nanmean(values))

    def reported(self) -> Iterator[tuple[str, dict[str, float | None]]]:
        """Every column, and every score, with the means of `OF_COLUMNS`."""
        for name in (*CATEGORICAL, *NUMERIC, *SCORES):
            yield name, {test: self.mean(test, name) for test in OF_COLUMNS}


def judge(places: Sequence[Path], folder: Path, **chosen: Any) -> Judgement:
    """Judge the logged rows that the model in a folder answered.

    Args:
        places: of logs: files, or folders of files.
        folder: of the model.
        chosen: fields of a `Selection`, except the version.

    Raises:
        ParityError: no log, no model, no `monitor.json`, or too few rows, in the log or in training.
    """
    model = artifact.load(folder)
    usual = _usual(folder, model.passport)
    _check_known(model.passport.version, usual)
    selection = Selection(model.passport.version, **chosen)
    profile = Profile(model.passport.distribution.columns, usual.scores, usual.relations)
    with closing(Log(*places)) as log:
        total = log.count(selection)
        if min(total, selection.max_rows) < STAY * usual.rows:
            raise _too_few(selection, total, usual.rows)
        read = [_window(logged, profile, usual.rows) for logged in log.windows(selection, usual.rows)]
        before = log.before(read[0][1].places[0], selection, usual.rows, MEMORY)
    windows = [window for window, _ in read if window]
    earlier = [window for logged in before if (window := _window(logged, profile, usual.rows)[0])]
    reasons = found(windows, earlier, usual)
    truths = np.concatenate([logged.rows.truths for _, logged in read])
    scores = np.concatenate([logged.rows.scores for _, logged in read])
    known = ~np.isnan(truths)
    return Judgement(
        max((reason.kind for reason in reasons), key=list(Kind).index, default=Kind.FINE),
        sorted(reasons, key=lambda reason: -list(Kind).index(reason.kind)),
        model.passport.version,
        windows,
        usual.rows,
        len(truths) - len(windows) * usual.rows,
        total > selection.max_rows,
        int(known.sum()),
        SCORING.quality(truths[known], scores[known]) if known.sum() >= statistics.MIN_OUTCOMES else {},
        {name: (float(np.nanmin(values)), float(np.nanmax(values))) for name, values in usual.values.items()},
    )


def found(windows: Sequence[Window], earlier: Sequence[Window], usual: training.Usual) -> list[Reason]:
    """What is unusual about windows, given those before them: in the log, or in training if that is nearer in time."""
    measured = [window.statistics for window in windows]
    times = [window.time for window in windows]
    before = [(window.time, window.statistics) for window in earlier]
    last = _end(usual)
    if len(before) < STAY or abs(times[0] - before[-1][0]) > abs(times[0] - last[-1][0]):
        before = last
    series = WindowSeries(
        [*(values for _, values in before), *measured],
        [*(time for time, _ in before), *times],
        len(before),
    )
    return [*skew(series, usual), *drift(series, usual)]


def _end(usual: training.Usual) -> list[tuple[float, Mapping[Statistic, float]]]:
    """The last windows of training, as if they were of the log."""
    return [
        (usual.times[at], {name: float(values[at]) for name, values in usual.values.items()})
        for at in range(-min(MEMORY, len(usual.times)), 0)
    ]


def _window(logged: Logged, profile: Profile, size: int) -> tuple[Window | None, Logged]:
    if len(logged.rows) < size:
        return None, logged
    time = float(np.median(logged.rows.times))
    return Window(*logged.times, time, statistics.statistics(logged.rows, profile)), logged


def _usual(folder: Path, passport: artifact.Passport) -> training.Usual:
    path = folder / training.NAME
    try:
        if training.NAME not in passport.files:
            raise MonitorError(
                f"model {passport.version} has no record of what is usual",
                evidence=f"{folder} has no {training.NAME}: it was trained by a version without the monitor",
                remedy="make dev: a model trained now has it",
            )
        return training.loads(path.read_bytes())  # its hash was checked with the others
    except (OSError, UnicodeError, msgspec.MsgspecError) as error:
        raise MonitorError(f"cannot read {path}", evidence=str(error), remedy="train again: make dev") from error


def _check_known(version: str, usual: training.Usual) -> None:
    """That training had windows enough, and rows enough in each."""
    windows = len(usual.times)
    if windows < MIN_WINDOWS or usual.rows < MIN_VALUES:
        raise MonitorError(
            "training had too few rows to know what is usual",
            evidence=f"{version} has seen {windows} windows of {usual.rows} rows; "
            f"{MIN_WINDOWS} of {MIN_VALUES} are needed",
            remedy="train on more rows: make dev",
        )


def _too_few(selection: Selection, rows: int, size: int) -> MonitorError:
    bounds = (("since", selection.since), ("until", selection.until))
    period = "".join(f" {name} {rfc3339(moment)}" for name, moment in bounds if moment)
    return MonitorError(
        "too few rows to judge",
        evidence=f"the log has {rows:,} that {selection.version} answered{period}; "
        f"{STAY} windows of {size:,} are needed, so that two can agree",
        remedy="wait for more, or take a longer period: --since; --model FOLDER judges another model",
    )
