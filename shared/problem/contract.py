"""What a row is: one flight as it is known at its scheduled departure."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from shared import declare
from shared.declare import category, code, number

EARLIEST = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2050, 1, 1, tzinfo=dt.UTC)
LONGEST = dt.timedelta(hours=24)


def _time(description: str) -> Meta:
    return declare.time(description, "2013-01-01T05:15:00-05:00")


Airline = Annotated[str, code(2, "A-Z0-9", "IATA airline code")]
Airport = Annotated[str, code(3, "A-Z", "IATA airport code")]
Origin = Annotated[Literal["EWR", "JFK", "LGA"], category("IATA airport code")]
Departure = Annotated[dt.datetime, _time("RFC 3339 with offset, from 2010 to 2049")]
Arrival = Annotated[dt.datetime, _time("RFC 3339 with offset, within 24 hours of departure")]
Distance = Annotated[float, number("mile", 50, 10_000, "great-circle distance")]
Count = Annotated[int, number("flight", 1, 200, "departures scheduled at origin in this hour")]
Delay = Annotated[float, number("minute", -120, 1500, "mean departure delay at origin, 60 min")]
CarrierDelay = Annotated[float, number("minute", -120, 1500, "the carrier's own, 120 min")]
Temperature = Annotated[float, number("degF", -40, 130, "air temperature at origin")]
DewPoint = Annotated[float, number("degF", -60, 100, "dew point at origin")]
Humidity = Annotated[float, number("percent", 0, 100, "relative humidity")]
Direction = Annotated[float, number("degree", 0, 360, "where the wind comes from, 0 if calm")]
Speed = Annotated[float, number("mph", 0, 200, "wind speed")]
Gust = Annotated[float, number("mph", 0, 250, "speed of gusts, null if there are none")]
Precipitation = Annotated[float, number("inch/hour", 0, 10, "precipitation")]
Pressure = Annotated[float, number("hPa", 870, 1085, "pressure at sea level")]
Visibility = Annotated[float, number("mile", 0, 100, "visibility")]


class Row(declare.Row, frozen=True, kw_only=True):
    """One flight as it is known at its scheduled departure; null means unknown."""

    carrier: Airline
    origin: Origin
    destination: Airport
    scheduled_departure: Departure
    scheduled_arrival: Arrival
    distance_miles: Distance
    departures_this_hour: Count
    recent_delay_minutes: Delay | None
    recent_carrier_delay_minutes: CarrierDelay | None
    temperature_f: Temperature | None
    dew_point_f: DewPoint | None
    humidity_percent: Humidity | None
    wind_direction_degrees: Direction | None
    wind_speed_mph: Speed | None
    wind_gust_mph: Gust | None
    precipitation_inches: Precipitation | None
    pressure_hpa: Pressure | None
    visibility_miles: Visibility | None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        """Times of another age, and flights that arrive before they depart or a day later."""
        for name in ("scheduled_departure", "scheduled_arrival"):
            if not EARLIEST <= getattr(self, name) < LATEST:
                yield name, f"a time from {EARLIEST:%Y-%m-%d} to before {LATEST:%Y-%m-%d}"
        if not dt.timedelta() < self.scheduled_arrival - self.scheduled_departure <= LONGEST:
            yield "scheduled_arrival", "a time after scheduled_departure, by 24 hours at most"


LIMITS = (EARLIEST.isoformat(), LATEST.isoformat(), LONGEST.total_seconds())
"""What `broken_rules` compares with, as JSON values: part of the contract, and of its hash."""
EDGES: tuple[dict[str, str], ...] = tuple(
    {"scheduled_departure": departure, "scheduled_arrival": arrival}
    for departure, arrival in (
        ("2013-03-10T01:59:00-05:00", "2013-03-10T04:30:00-04:00"),  # clocks go forward
        ("2013-03-10T03:00:00-04:00", "2013-03-10T05:30:00-04:00"),
        ("2013-11-03T01:30:00-04:00", "2013-11-03T02:30:00-05:00"),  # and back: 01:30 twice
        ("2013-11-03T01:30:00-05:00", "2013-11-03T03:30:00-05:00"),
        ("2013-12-31T23:59:00-05:00", "2014-01-01T23:59:00-05:00"),
    )
)
"""Fields at the edges of the problem, for golden requests; those that types declare (ranges, null) need no mention."""
TIME = "scheduled_departure"
"""The field that says when a row is; rows of a problem without one have None."""
