"""The source sends JSON, one flight per line, with local times of departure as the timetable has them."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")


def encode(flights):
    """Body and content type."""
    return "\n".join(json.dumps(_row(flight)) for flight in flights).encode(), "application/x-ndjson"


def _row(flight):
    row = dict(flight)
    local = datetime.fromisoformat(row.pop("scheduled_departure")).astimezone(ZONE)
    return {"departure_day": f"{local:%Y-%m-%d}", "departure_hhmm": f"{local:%H%M}", **row}
