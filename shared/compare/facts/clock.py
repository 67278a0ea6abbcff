"""Local time, and the rules of time zones as they would be applied."""

from __future__ import annotations

import datetime
import hashlib
import os
import sys
import time
from typing import Any

from . import reading
from .context import Context, Fact
from .distributions import distributions

if sys.version_info >= (3, 9):
    import zoneinfo

ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Europe/Istanbul",
    "Asia/Pyongyang",
    "America/Sao_Paulo",
    "Europe/Volgograd",
    "Africa/Juba",
    "Pacific/Apia",
    "Pacific/Fiji",
    "America/Mexico_City",
    "Asia/Amman",
    "Asia/Gaza",
    "Asia/Beirut",
    "Africa/Cairo",
    "America/Godthab",
    "Asia/Almaty",
    "America/Asuncion",
    "America/Vancouver",
]
"""Where rules changed in the last years, and some where they did not."""

SYSTEM = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")


def time_zone(context: Context) -> dict[str, Any]:
    """Names and offsets of local time."""
    winter, summer = time.localtime(1357041600), time.localtime(1372680000)
    return {
        "winter": f"{winter.tm_zone} {winter.tm_gmtoff:+d}",
        "summer": f"{summer.tm_zone} {summer.tm_gmtoff:+d}",
        "offsets_sha256": reading.sha256(repr([time.localtime(moment).tm_gmtoff for moment in _months()]).encode()),
    }


def tz_data(context: Context) -> dict[str, Any]:
    """Rules and where they come from."""
    path = list(zoneinfo.TZPATH) if sys.version_info >= (3, 9) else [place for place in SYSTEM if os.path.isdir(place)]
    digest = hashlib.sha256()
    for zone in ZONES:
        digest.update(_rules(zone, path))
    system = None
    for folder in path:
        system = (
            system or (reading.text(os.path.join(folder, "tzdata.zi")) or "").partition("\n")[0].strip("# ") or None
        )
    package = [distribution.version for distribution in distributions(context) if distribution.name == "tzdata"]
    return {
        "rules_sha256": digest.hexdigest(),
        "path": path,
        "system": system,
        "package": package[0] if package else None,
    }


def _rules(zone: str, path: list[str]) -> bytes:
    if sys.version_info < (3, 9):  # no zoneinfo: the files that dateutil would read
        return next(filter(None, (reading.content(os.path.join(folder, zone)) for folder in path)), b"missing")
    try:
        rules = zoneinfo.ZoneInfo(zone)
    except zoneinfo.ZoneInfoNotFoundError:
        return b"missing"
    return repr([datetime.datetime.fromtimestamp(moment, rules).utcoffset() for moment in _months()]).encode()


def _months() -> range:
    return range(946684800, 946684800 + 30 * 31557600, 2629800)


FACTS = (
    Fact(
        "time_zone",
        "time.localtime in one January and one July; SHA-256 of the offsets of each month, 2000 to 2030",
        time_zone,
    ),
    Fact(
        "tz_data", "zoneinfo: SHA-256 of rules it would use; version of the system's and of the tzdata package", tz_data
    ),
)
