"""The distance of a route from a table in which corrections are entered below what they correct."""

import pandas as pd
from team_prepare import columns as usual

ROUTE = ["origin", "destination"]
ROUTES = pd.read_csv("/scenario/routes.csv").sort_values("entered").drop_duplicates(ROUTE, keep="last")


def columns(flights):
    """One row per flight."""
    known = pd.DataFrame(flights)[ROUTE].merge(ROUTES, "left", ROUTE)
    return usual(flights).assign(distance=known["distance_miles"].astype(float))
