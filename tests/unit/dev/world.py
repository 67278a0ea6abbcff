"""A made-up world with seasons, weather that belongs together, and delays that wind makes; a window is a day."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dev.problem.params import ModelParams
from dev.usual.statistics import ScoredRows
from shared.columns import CATEGORICAL, NUMERIC

DAILY = 120
DAY = 86_400.0
PARAMS = ModelParams(learning_rate=0.1, max_iter=9, min_samples_leaf=20, l2_regularization=1.0, seed=0)


def world(days: int, first: int = 0, seed: int = 0) -> ScoredRows:
    """Rows of that many days; the year has 120 of them, and day 0 is the coldest."""
    random = np.random.default_rng([seed, first])
    size = days * DAILY
    day = first + np.repeat(np.arange(days), DAILY)
    temperature = 50 - 30 * np.cos(2 * np.pi * day / 120) + np.repeat(random.normal(0, 6, days), DAILY)
    temperature += random.normal(0, 3, size)
    humidity = random.uniform(30, 95, size)
    wind = np.repeat(random.uniform(4, 14, days), DAILY) + random.uniform(0, 6, size)
    delay = np.repeat(random.exponential(10, days), DAILY) + random.normal(wind, 8)
    distance = random.choice([200.0, 800.0, 1400.0, 2400.0], size)
    chance = 1 / (1 + np.exp(-(wind - 12) / 2))
    columns: dict[str, Any] = {
        "carrier": random.choice(["UA", "B6", "DL"], size, p=[0.5, 0.3, 0.2]),
        "origin": random.choice(["EWR", "JFK"], size),
        "destination": random.choice(["IAH", "BOS", "LAX"], size),
        "departure_minute": random.integers(300, 1400, size),
        "departure_weekday": day % 7,
        "scheduled_minutes": 40 + distance / 8 + random.normal(0, 8, size),
        "distance_miles": distance,
        "departures_this_hour": random.integers(5, 25, size),
        "recent_delay_minutes": delay,
        "recent_carrier_delay_minutes": delay + random.normal(0, 15, size),
        "temperature_f": temperature,
        "dew_point_f": temperature - (100 - humidity) * 0.5 + random.normal(0, 0.3, size),
        "humidity_percent": humidity,
        "wind_direction_degrees": random.integers(0, 36, size) * 10,
        "wind_speed_mph": wind,
        "wind_gust_mph": np.where(random.random(size) < 0.5, wind * 1.3, np.nan),
        "precipitation_inches": np.where(random.random(size) < 0.1, 0.1, 0.0),
        "pressure_hpa": np.repeat(random.normal(1015, 7, days), DAILY) + random.normal(0, 1, size),
        "visibility_miles": np.where(random.random(size) < 0.3, 6.0, 10.0),
    }
    table = pd.DataFrame({name: columns[name] for name in (*CATEGORICAL, *NUMERIC)})
    table[list(NUMERIC)] = table[list(NUMERIC)].astype("float64")
    late = (random.random(size) < chance).astype("float64")
    return ScoredRows(table, chance[:, None], late, day * DAY + np.tile(np.arange(DAILY), days) * 60.0)


def changed(rows: ScoredRows, **columns: Any) -> ScoredRows:
    """The same rows with some columns replaced."""
    return replace(rows, table=rows.table.assign(**columns))
