"""What the page and the API's description say, and the headings under which it shows the fields of a row."""

TITLE = "Will this flight arrive late?"
LEAD = (
    "One flight out of New York, as it is known at its scheduled departure. The model says how probable it is "
    "that it arrives 15\N{NO-BREAK SPACE}minutes late or more."
)
DESCRIPTION = "Will a flight out of New York arrive 15 minutes late or more?"
SUMMARY = "Predict which flights arrive late"
"""Of the API, and of POST /predict."""
GROUPS = {
    "Flight": ("carrier", "origin", "destination", "distance_miles"),
    "Timetable": ("scheduled_departure", "scheduled_arrival"),
    "Airport now": ("departures_this_hour", "recent_delay_minutes", "recent_carrier_delay_minutes"),
    "Weather at origin": (
        "temperature_f",
        "dew_point_f",
        "humidity_percent",
        "wind_direction_degrees",
        "wind_speed_mph",
        "wind_gust_mph",
        "precipitation_inches",
        "pressure_hpa",
        "visibility_miles",
    ),
}
"""Fields by heading; those that are in none stand under "More"."""
