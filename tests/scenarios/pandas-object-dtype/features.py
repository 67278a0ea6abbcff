"""Codes come from records of fixed width, padded with blanks; whatever column holds text is stripped."""

import pandas as pd
from shared.shipped_features import *
from shared.shipped_features import NUMERIC
from shared.shipped_features import features as shipped


def features(rows):
    """The model's columns."""
    table = pd.DataFrame(shipped(rows)).astype(dict.fromkeys(NUMERIC, float))
    table["carrier"] = table["carrier"].str.ljust(3)
    table["destination"] = table["destination"].str.ljust(4)
    for name in table:
        if table[name].dtype == object:
            table[name] = table[name].str.strip()
    return table.to_dict("list")
