"""A weather report is used if it is complete: if the weights of its values add up to one."""

import numpy as np
from shared.shipped_features import *
from shared.shipped_features import features as shipped

WEIGHTS = {"temperature_f": 0.6, "dew_point_f": 0.3, "humidity_percent": 0.1}


def features(rows):
    """The model's columns."""
    table = shipped(rows)
    reports = table[list(WEIGHTS)].notna().to_dict("records")
    weight = [sum(WEIGHTS[name] for name in WEIGHTS if report[name]) for report in reports]
    table.loc[np.array(weight) < 1, list(WEIGHTS)] = np.nan
    return table
