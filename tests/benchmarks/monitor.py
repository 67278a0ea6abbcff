"""How often is the monitor wrong, how soon does it notice a change, and does it tell skew from drift?

Normal months are October to December for the current model, and months of the training data for models that were
trained without them. The monitor is asked after each window, as if it came that day. Then the windows of October to
December are changed from some row on, in each of several ways, and it is asked until it says so. Needs a model:

    docker compose -f compose.dev.yml run --rm -T dev python3 - < tests/benchmarks/monitor.py
"""

import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from dev import params
from dev.distribution import describe
from dev.monitor.judge import Window, found
from dev.monitor.reason import Kind
from dev.prepare import prepare
from dev.problem import collect, estimator
from dev.problem.prepare import WEATHER
from dev.split import times
from dev.usual import training
from dev.usual.statistics import Profile, ScoredRows, statistics
from shared import artifact, settings
from shared.columns import CATEGORICAL, frame
from shared.problem.target import TARGET

LEFT_OUT = (("01-01", "03-01"), ("05-01", "07-01"))
"""Months that a model is trained without, of those before October; the others it learns from."""
FIRST = (("04-01", "05-01"), ("07-01", "08-01"))
"""Months that a model is judged on which has learned from all that is before them, and from nothing after."""
STARTS = range(0, 60, 10)
"""Windows of October to December from which on the rows are changed."""
ASKED = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30)
"""Windows after the change at which it is asked."""
BEFORE = 10
"""Windows before a change that are looked at, too."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Trained:
    """A fitted pipeline with what is usual for it."""

    pipeline: object
    usual: training.Usual
    known: Profile

    def windows(self, rows: ScoredRows) -> list[Window]:
        """As the monitor would read them from the log of this model."""
        answered = replace(rows, scores=TARGET.scores(self.pipeline, rows.table))
        size = self.usual.rows
        whole = [answered[at : at + size] for at in range(0, len(rows) - size + 1, size)]
        return [Window("", "", float(np.median(part.times)), statistics(part, self.known)) for part in whole]

    def verdict(self, windows: Sequence[Window]) -> Kind:
        """What the monitor says of them."""
        return max((each.kind for each in found(windows, [], self.usual)), key=list(Kind).index, default=Kind.FINE)


def main() -> None:
    """Print two tables, as Markdown."""
    chosen, config = params.read(), settings.read()
    prepared = prepare(config.data / collect.NAME, chosen.prepare.max_broken_share)
    table = frame(prepared.rows)
    departures = times(prepared.rows)
    everything = ScoredRows(table, np.zeros((len(table), 1)), prepared.truths.astype("float64"), departures)
    test = departures >= _day(f"{chosen.split.test_from:%m-%d}")
    loaded = artifact.load(config.models / artifact.CURRENT)
    normal = training.loads((config.models / artifact.CURRENT / training.NAME).read_bytes())
    current = Trained(
        loaded.pipeline, normal, Profile(loaded.passport.distribution.columns, normal.scores, normal.relations)
    )

    print(f"| normal months | learned from | days asked | {' | '.join(Kind)} |\n|---|---|{'---:|' * 5}")
    for month in ("10", "11", "12"):
        mask = test & _within(departures, f"{month}-01", f"{int(month) + 1:02}-01")
        _false_alarms(f"2013-{month}", "January to September", current, _masked(everything, mask))
    for since, until in (*LEFT_OUT, *FIRST):
        held = _within(departures, since, until)
        first = (since, until) in FIRST
        learned = departures < _day(since) if first else ~held & ~test
        model = _trained(chosen, everything, learned)
        _false_alarms(
            f"from 2013-{since} to before 2013-{until}",
            "all before" if first else "the others before October",
            model,
            _masked(everything, held),
        )

    print(
        "\n| change, from some row on | noticed | windows until then: median (most) | verdicts |\n|---|---:|---:|---|"
    )
    rows = _masked(everything, test)
    plain = current.windows(rows)
    for name, change in CHANGES.items():
        changed = current.windows(change(rows))
        delays, verdicts = [], Counter[str]()
        for start in STARTS:
            delay, verdict = _noticed(current, plain[max(start - BEFORE, 0) : start], changed[start:])
            delays.append(delay)
            verdicts[verdict] += 1
        noticed = [delay for delay in delays if delay is not None]
        shown = f"{np.median(noticed):.0f} ({max(noticed)})" if noticed else ""
        listed = ", ".join(f"{verdict} {count}" for verdict, count in verdicts.most_common())
        print(f"| {name} | {len(noticed)} of {len(delays)} | {shown} | {listed} |", flush=True)


def _false_alarms(name: str, learned: str, model: Trained, rows: ScoredRows) -> None:
    windows = model.windows(rows)
    counts = Counter(model.verdict(windows[:count]) for count in range(1, len(windows) + 1))
    print(f"| {name} | {learned} | {len(windows)} | {' | '.join(str(counts[kind]) for kind in Kind)} |", flush=True)


def _noticed(model: Trained, before: Sequence[Window], changed: Sequence[Window]) -> tuple[int | None, str]:
    """After how many windows, and as what; else the last verdict."""
    verdict = Kind.FINE
    for count in ASKED:
        verdict = model.verdict([*before, *changed[:count]])
        if verdict in (Kind.RETRAIN, Kind.SKEW):
            return count, verdict
    return None, f"only {verdict}"


def _trained(chosen: params.Params, everything: ScoredRows, mask: Mask) -> Trained:
    print(f"learning from {mask.sum():,} flights", file=sys.stderr)
    rows = _masked(everything, mask)
    late = rows.truths > 0
    normal = training.usual(rows.table, late, rows.times, chosen.model, chosen.window.rows)
    fitted = estimator.fit(estimator.cheaper(chosen.model), rows.table, late, lambda *_: None)
    columns = {str(name): describe(rows.table[name], str(name) in CATEGORICAL) for name in rows.table.columns}
    return Trained(fitted, normal, Profile(columns, normal.scores, normal.relations))


def _masked(rows: ScoredRows, mask: Mask) -> ScoredRows:
    return ScoredRows(rows.table[mask], rows.scores[mask], rows.truths[mask], rows.times[mask])


def _within(departures: npt.NDArray[np.float64], since: str, until: str) -> Mask:
    return (departures >= _day(since)) & (departures < _day(until))


def _day(text: str) -> float:
    month, day = map(int, text.split("-"))
    return dt.datetime(2013 + month // 13, (month - 1) % 12 + 1, day, tzinfo=dt.UTC).timestamp()


def _columns(rows: ScoredRows, **changed: Callable[[pd.Series], pd.Series]) -> ScoredRows:
    return replace(
        rows, table=rows.table.assign(**{name: change(rows.table[name]) for name, change in changed.items()})
    )


def _celsius(values: pd.Series) -> pd.Series:
    return ((values - 32) / 1.8).round(2)


def _hours(values: pd.Series) -> pd.Series:
    return (values / 60).round(2)


def _later(values: pd.Series) -> pd.Series:
    return (values + 60) % 1440


def _drawn(rows: ScoredRows, share: float) -> Mask:
    drawn: Mask = np.random.default_rng(0).random(len(rows)) < share
    return drawn


def _half_missing(rows: ScoredRows) -> ScoredRows:
    drawn = _drawn(rows, 0.5)
    return _columns(rows, **{name: lambda values: values.mask(drawn) for name in WEATHER.values()})


def _new_carrier(rows: ScoredRows) -> ScoredRows:
    drawn = _drawn(rows, 0.05)
    return _columns(rows, carrier=lambda values: values.mask(drawn, "ZZ"))


def _other_outcomes(rows: ScoredRows, share: float) -> ScoredRows:
    return replace(rows, truths=np.where(_drawn(rows, share), 1 - rows.truths, rows.truths))


CHANGES: dict[str, Callable[[ScoredRows], ScoredRows]] = {
    "temperature and dew point in °C": lambda rows: _columns(rows, temperature_f=_celsius, dew_point_f=_celsius),
    "a carrier renamed (B6 to 6B)": lambda rows: _columns(rows, carrier=lambda values: values.replace("B6", "6B")),
    "the weather of half of the rows missing": _half_missing,
    "mean delay at the origin in hours": lambda rows: _columns(rows, recent_delay_minutes=_hours),
    "departure alone one hour late": lambda rows: _columns(
        rows, departure_minute=_later, scheduled_minutes=lambda values: values - 60
    ),
    "both times one hour late": lambda rows: _columns(rows, departure_minute=_later),
    "drift: 15% of the flights end otherwise": lambda rows: _other_outcomes(rows, 0.15),
    "drift: 25% of the flights end otherwise": lambda rows: _other_outcomes(rows, 0.25),
    "drift: a new carrier has 5% of the flights": _new_carrier,
}

if __name__ == "__main__":
    main()
