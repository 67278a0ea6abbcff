"""Train on the clean flights."""

import tomllib
from pathlib import Path

import pandas as pd

settings = tomllib.loads(Path("settings.toml").read_text())
flights = pd.read_csv("flights_clean.csv")
