-- The model's columns, line by line what features.py says.
WITH local AS (
    SELECT *, timezone('America/New_York', scheduled_departure) AS clock FROM flights
)
SELECT
    carrier,
    origin,
    destination,
    CAST(hour(clock) * 60 + minute(clock) AS DOUBLE) AS departure_minute,
    CAST(dayofweek(clock) AS DOUBLE) AS departure_weekday,
    CAST(date_diff('minute', scheduled_departure, scheduled_arrival) AS DOUBLE) AS scheduled_minutes,
    distance_miles,
    departures_this_hour,
    recent_delay_minutes,
    recent_carrier_delay_minutes,
    temperature_f,
    dew_point_f,
    humidity_percent,
    wind_direction_degrees,
    wind_speed_mph,
    wind_gust_mph,
    precipitation_inches,
    pressure_hpa,
    visibility_miles
FROM local
