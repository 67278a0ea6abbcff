"""Two suppliers have changed what they send."""


def change(flights):
    return [_changed(dict(flight)) for flight in flights]


def _changed(flight):
    flight["recent_delay_min"] = flight.pop("recent_delay_minutes")
    for name in ("temperature_f", "dew_point_f"):
        value = flight[name]
        flight[name] = None if value is None else round((value - 32) / 1.8, 2)
    return flight
