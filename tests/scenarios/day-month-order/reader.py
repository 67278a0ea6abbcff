"""JSON with times in any form that dateutil understands."""

import pandas as pd
from dateutil import parser
from prod.fit import TIMES


def read(request):
    """A table with times as times."""
    table = pd.DataFrame(request.get_json()["instances"])
    return table.assign(**{name: pd.to_datetime(table[name].map(parser.parse), utc=True) for name in TIMES})
