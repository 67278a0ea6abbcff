"""Prepare the flights: from the collected tables to rows of the contract, with labels.

A row holds only what is known at the flight's scheduled departure (a point-in-time join):
the weather observed in that hour, the timetable, and the delays of flights that had left
by then.
"""

import argparse
import collections
import datetime as dt
import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from dev import rows
from dev.problem import collect, params
from dev.rows import Prepared
from shared import contract, settings
from shared.errors import ParityError, program

LATE_MINUTES = 15
"""A flight is late from here on, as the US Department of Transportation counts it."""

WEATHER = {
    "temp": "temperature_f",
    "dewp": "dew_point_f",
    "humid": "humidity_percent",
    "wind_dir": "wind_direction_degrees",
    "wind_speed": "wind_speed_mph",
    "wind_gust": "wind_gust_mph",
    "precip": "precipitation_inches",
    "pressure": "pressure_hpa",
    "visib": "visibility_miles",
}
NOT_IN_AIRPORTS = dict.fromkeys(("BQN", "PSE", "SJU", "STT"), "America/Puerto_Rico")


class PrepareError(ParityError):
    """The collected data cannot be used for training."""


def prepare(
    folder: Path,
    max_broken_share: float,
    sample: int | None = None,
    seed: int = 0,
    *,
    until: dt.date | None = None,
    without: Collection[str] = (),
) -> Prepared:
    """Join, drop flights without an arrival, and check every row against the contract.

    Args:
        folder: where `dev.problem.collect` put the tables.
        max_broken_share: of rows that may break the contract.
        sample: how many rows, drawn at random, to keep; all of them if None.
        until: leave out flights that depart on this day or later.
        without: months to leave out, such as "2013-07". Days and months are UTC's, as in `dev.split`.

    Raises:
        PrepareError: no data, or too many rows break the contract.
    """
    if not (folder / "sources.json").exists():
        raise PrepareError("there is no data to train on", evidence=f"no {folder}", remedy="make data")
    table = _join(folder)
    read = len(table)
    table = table[_within(table["scheduled_departure"], until, without)]
    within = len(table)
    table = table[table["arr_delay"].notna()]
    arrived = len(table)
    if sample is not None and sample < arrived:
        table = table.sample(sample, random_state=seed)
    table = table.sort_values(["scheduled_departure", "origin", "carrier", "flight"], kind="stable")

    flights, late = [], []
    broken: collections.Counter[str] = collections.Counter()
    for row, delay in zip(_rows(table), table["arr_delay"], strict=True):
        try:
            flights.append(msgspec.convert(row, contract.Row))
            late.append(delay >= LATE_MINUTES)
        except msgspec.ValidationError:
            first = contract.violations(row)[0]
            broken[f"{first.field}: expected {first.expected}, got {first.got}"] += 1
    _limit(broken, len(table), max_broken_share)
    report = {
        "read": read,
        "left_out": read - within,
        "without_arrival": within - arrived,
        "not_sampled": arrived - len(table),
        "broken": dict(broken.most_common()),
        "kept": len(flights),
    }
    source = json.loads((folder / "sources.json").read_text())
    return Prepared(flights, np.array(late, dtype=bool), report, source, sample)


def _within(departure: pd.Series, until: dt.date | None, without: Collection[str]) -> pd.Series:
    kept = ~departure.dt.strftime("%Y-%m").isin(without) if without else departure.notna()
    return kept & (departure < pd.Timestamp(until, tz="UTC")) if until else kept


def _limit(broken: collections.Counter[str], rows: int, share: float) -> None:
    if broken.total() > share * rows:
        reason, count = broken.most_common(1)[0]
        raise PrepareError(
            f"{broken.total():,} of {rows:,} rows break the contract, more than {share:.2%}",
            evidence=f"most often ({count:,} times) {reason}",
            remedy="correct the data at its source, widen the field in shared/problem/contract.py if the "
            "value is right, or raise prepare.max_broken_share in dev/problem/params.toml",
        )


def _join(folder: Path) -> pd.DataFrame:
    """All flights with the columns of the contract; shape (flights, …)."""
    flights = pd.read_csv(folder / "flights.csv")
    weather = pd.read_csv(folder / "weather.csv", usecols=["origin", "time_hour", *WEATHER])
    table = flights.merge(weather, on=["origin", "time_hour"], how="left", validate="many_to_one")
    table = table.rename(columns={"dest": "destination", "distance": "distance_miles", **WEATHER})
    departure = pd.to_datetime(table["time_hour"], utc=True) + pd.to_timedelta(table["minute"], unit="min")
    table["scheduled_departure"] = departure.dt.as_unit("us")
    table["scheduled_arrival"] = departure + _block(folder, table)
    table["departures_this_hour"] = table.groupby(["origin", "time_hour"])["flight"].transform("size")
    table["recent_delay_minutes"] = _recent_delay(table, ["origin"], minutes=60)
    table["recent_carrier_delay_minutes"] = _recent_delay(table, ["origin", "carrier"], minutes=120)
    return table


def _block(folder: Path, table: pd.DataFrame) -> pd.Series:
    """Scheduled time from gate to gate: the timetable gives arrivals in local time."""
    airports = pd.read_csv(folder / "airports.csv", usecols=["faa", "tzone"])
    zones = {**dict(zip(airports["faa"], airports["tzone"], strict=True)), **NOT_IN_AIRPORTS}
    zone = table["destination"].map(zones)
    if zone.isna().any():
        names = ", ".join(sorted(table.loc[zone.isna(), "destination"].astype(str).unique()))
        raise PrepareError(
            "the local time at some destinations is unknown",
            evidence=f"{folder / 'airports.csv'} has no time zone for {names}",
            remedy="add them, with their IANA time zones, to NOT_IN_AIRPORTS in dev/problem/prepare.py",
        )
    there = pd.Series(0, index=table.index)
    for name in zone.unique():
        local = table.loc[zone == name, "scheduled_departure"].dt.tz_convert(name)
        there[zone == name] = local.dt.hour * 60 + local.dt.minute
    arrival = table["sched_arr_time"] // 100 * 60 + table["sched_arr_time"] % 100
    return pd.to_timedelta((arrival - there) % (24 * 60), unit="min")


def _recent_delay(table: pd.DataFrame, by: list[str], minutes: int) -> pd.Series:
    """Mean departure delay, minutes, of the group's flights that left in the time before."""
    result = pd.Series(np.nan, index=table.index)
    window = np.timedelta64(minutes, "m")
    for _, group in table.groupby(by):
        gone = group.dropna(subset=["dep_delay"])
        left = gone["scheduled_departure"] + pd.to_timedelta(gone["dep_delay"], unit="min")
        left_at = left.to_numpy("datetime64[us]")
        order = np.argsort(left_at, kind="stable")
        left_at = left_at[order]
        total = np.concatenate([[0.0], np.cumsum(gone["dep_delay"].to_numpy()[order])])
        now = group["scheduled_departure"].to_numpy("datetime64[us]")
        first, end = np.searchsorted(left_at, now - window), np.searchsorted(left_at, now)
        count = end - first
        mean = (total[end] - total[first]) / np.where(count > 0, count, np.nan)
        result[group.index] = mean.round(1)
    return result


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The table's rows as JSON-like values: null for missing, datetimes for times."""
    columns = []
    for name in contract.FIELDS:
        column = table[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            columns.append(list(column.dt.to_pydatetime()))
        else:
            columns.append(column.astype(object).where(column.notna(), None).tolist())
    return [dict(zip(contract.FIELDS, row, strict=True)) for row in zip(*columns, strict=True)]


@program
def main() -> int:
    """Prepare rows for the next stage of the pipeline, and count them."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.problem.prepare", description=main.__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="keep N flights, not all")
    sample = parser.parse_args().sample
    if sample is not None and sample < 1:
        parser.error(f"argument --sample: expected 1 or more, got {sample}")
    config, chosen = settings.read(), params.read()
    prepared = prepare(config.data / collect.NAME, chosen.prepare.max_broken_share, sample, chosen.model.seed)
    print(f"prepared {prepared.summary()}")
    path = rows.save(prepared, config.prepared)
    print(f"saved    {path} ({path.stat().st_size:,} bytes)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
