"""How prod reads a file of flights."""

import csv
import io

import pandas as pd
from prod.fit import NUMBERS


def read(request):
    """A table, with whatever columns there are."""
    table = pd.DataFrame(csv.DictReader(io.StringIO(request.get_data().decode("utf-8-sig"))))
    numbers = [name for name in NUMBERS if name in table]
    table[numbers] = table[numbers].apply(pd.to_numeric)
    return table
