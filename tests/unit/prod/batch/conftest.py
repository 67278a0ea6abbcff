"""Files of rows to score, and what was predicted."""

import csv
import json
from pathlib import Path
from typing import Any

from tests.unit.tiny import row

CARRIERS = ("UA", "B6", "9E", "ZZ")


def flights(count: int = 40) -> list[dict[str, Any]]:
    """Rows, each with the `id` that the user knows it by."""
    changes = ({"carrier": CARRIERS[n % 4], "temperature_f": n * 1.5 if n % 5 else None} for n in range(count))
    return [{"id": f"flight\n{n}", **row(**change)} for n, change in enumerate(changes)]


def write(path: Path, asked: list[dict[str, Any]], end: str = "\n", begin: str = "") -> Path:
    """Rows as CSV or as JSON lines."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(each) + end for each in asked))
        return path
    with path.open("w", newline="") as file:
        file.write(begin)
        writer = csv.DictWriter(file, asked[0], lineterminator=end)
        writer.writeheader()
        writer.writerows(asked)
    return path


def predictions(out: Path) -> list[dict[str, Any]]:
    """All parts, in order."""
    found: list[dict[str, Any]] = []
    for path in sorted(out.glob("part-*")):
        with path.open(newline="") as file:
            found += csv.DictReader(file) if path.suffix == ".csv" else map(json.loads, file)
    return found
