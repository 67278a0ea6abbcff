"""Where the image tooling reads and keeps things: the project, and a cache that `make clean` removes."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
HERE = Path(__file__).resolve().parent
