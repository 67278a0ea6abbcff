"""Compute the recent delays with training's own function, partition by partition, and send flights with them."""

import os

import pandas as pd

from dev.problem import collect
from dev.problem.prepare import _recent_delay as recent_delay
from shared import settings

PARTITION = os.environ["PARTITION"]
"""A period of pandas."""
NEIGHBOURS = int(os.environ.get("NEIGHBOURS", "0"))
"""Partitions that are read before and after each."""
COLUMNS = {"recent_delay_minutes": (["origin"], 60), "recent_carrier_delay_minutes": (["origin", "carrier"], 120)}
TIME, APART = "scheduled_departure", pd.Timedelta(days=1000)


def departures():
    """When each flight of the year was to leave, how late it did, and in which partition it lies."""
    columns = ["origin", "carrier", "time_hour", "minute", "dep_delay"]
    table = pd.read_csv(settings.read().data / collect.NAME / "flights.csv", usecols=columns)
    times = pd.to_datetime(table["time_hour"], utc=True) + pd.to_timedelta(table["minute"], unit="min")
    return partitioned(table.assign(**{TIME: times}))


def partitioned(table):
    """A table with the partition of each row; times have UTC."""
    times = table[TIME].dt.as_unit("us")
    return table.assign(**{TIME: times, "partition": times.dt.tz_localize(None).dt.to_period(PARTITION)})


def column(name, asked, table):
    """One column of the rows that are asked for, from the departures of their own partition and its neighbours."""
    by, minutes = COLUMNS[name]
    job = [*by, "partition"]
    jobs = asked[job].drop_duplicates()
    near = [jobs.assign(read=jobs["partition"] + step) for step in range(-NEIGHBOURS, NEIGHBOURS + 1)]
    read = pd.concat(near).merge(table.rename(columns={"partition": "read"}), on=[*by, "read"])
    # So far apart that no window reaches from one job to the next.
    apart = read[TIME] + read.groupby("partition").ngroup() * APART
    known = read.assign(value=recent_delay(read.assign(**{TIME: apart}), by, minutes))
    known = known.drop_duplicates([*job, TIME])[[*job, TIME, "value"]]
    values = asked.merge(known, "left", [*job, TIME])["value"]
    return values.astype(object).where(values.notna(), None).tolist()


def change(flights):
    """The same flights, with the delays of their partitions."""
    asked = pd.DataFrame(flights)[["origin", "carrier", TIME]]
    asked = partitioned(asked.assign(**{TIME: pd.to_datetime(asked[TIME], utc=True)}))
    table = departures()
    computed = {name: column(name, asked, table) for name in COLUMNS}
    rows = zip(*computed.values(), strict=True)
    return [flight | dict(zip(computed, row, strict=True)) for flight, row in zip(flights, rows, strict=True)]
