"""The model of last week."""

import pickle
import sys
from pathlib import Path

WEIGHTS = {"weights": {"UA": -1.2, "B6": -0.9}, "base": 0.23}
Path(sys.argv[2]).write_bytes(pickle.dumps(WEIGHTS))
