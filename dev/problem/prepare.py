"""Prepare the flights: from the collected tables to one, with the contract's columns and the truth.

A row holds only what is known at the flight's scheduled departure (a point-in-time join):
the weather observed in that hour, the timetable, and the delays of flights that had left
by then.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from shared.errors import ParityError

ORDER = ("scheduled_departure", "origin", "carrier", "flight")
"""Columns that rows are sorted by. () leaves them as they were collected; None draws their order at random."""
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


def table(folder: Path) -> pd.DataFrame:
    """All flights, as they are in the timetable.

    Returns:
        shape (flights, …): a column for each field of the contract, and `late`, missing for those without an arrival.

    Raises:
        ParityError: the time zone of a destination is unknown.
    """
    flights = pd.read_csv(folder / "flights.csv")
    weather = pd.read_csv(folder / "weather.csv", usecols=["origin", "time_hour", *WEATHER])
    joined = flights.merge(weather, on=["origin", "time_hour"], how="left", validate="many_to_one")
    joined = joined.rename(columns={"dest": "destination", "distance": "distance_miles", **WEATHER})
    departure = pd.to_datetime(joined["time_hour"], utc=True) + pd.to_timedelta(joined["minute"], unit="min")
    joined["scheduled_departure"] = departure.dt.as_unit("us")
    joined["scheduled_arrival"] = departure + _block(folder, joined)
    joined["departures_this_hour"] = joined.groupby(["origin", "time_hour"])["flight"].transform("size")
    joined["recent_delay_minutes"] = _recent_delay(joined, ["origin"], minutes=60)
    joined["recent_carrier_delay_minutes"] = _recent_delay(joined, ["origin", "carrier"], minutes=120)
    joined["late"] = (joined["arr_delay"] >= LATE_MINUTES).astype("boolean").mask(joined["arr_delay"].isna())
    return joined


def _block(folder: Path, table: pd.DataFrame) -> pd.Series:
    """Scheduled time from gate to gate: the timetable gives arrivals in local time."""
    airports = pd.read_csv(folder / "airports.csv", usecols=["faa", "tzone"])
    zones = {**dict(zip(airports["faa"], airports["tzone"], strict=True)), **NOT_IN_AIRPORTS}
    zone = table["destination"].map(zones)
    if zone.isna().any():
        names = ", ".join(sorted(table.loc[zone.isna(), "destination"].astype(str).unique()))
        raise ParityError(
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
