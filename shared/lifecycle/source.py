"""The year's data in a folder of its own, with one month broken at the source.

The weather station of that month reports Celsius where Fahrenheit is agreed, in temperature and dew point alike. The
tables are what both sides read, so prod is asked with those rows, and training would learn from them.
"""

import csv
import hashlib
import json
import shutil
from pathlib import Path

from dev.problem import collect
from shared.errors import ParityError
from shared.parity.units import MISTAKEN

RECORD = "loop.json"
"""Also the mark of a folder that may be wiped."""
WEATHER = "weather.csv"
COLUMNS = ("temp", "dewp")


class FolderError(ParityError):
    """The folder is somebody's, or there is nothing to put into it."""


def start(folder: Path, data: Path, corrupt: str | None) -> None:
    """Wipe the folder, and put the collected tables into it.

    Args:
        data: folder of collected data, which stays as it is.
        corrupt: the month to break, such as "2013-07"; None for none.

    Raises:
        FolderError: it holds what no earlier run has made, or nothing was collected.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / RECORD).exists():
        raise FolderError(
            "the folder is not the life cycle's own",
            evidence=f"{folder} has no {RECORD}, and would be wiped",
            remedy="name a folder that is empty or not there: --folder …",
        )
    source = data / collect.NAME
    if not source.exists():
        raise FolderError("there are no flights to play", evidence=f"no {source}", remedy="make data")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / RECORD).write_text("{}\n")
    shutil.copytree(source, folder / "data" / collect.NAME)
    if corrupt:
        _in_celsius(folder / "data" / collect.NAME, corrupt)


def _in_celsius(tables: Path, month: str) -> None:
    """Convert a month (UTC), and let the record of the files say what they are now."""
    with (tables / WEATHER).open(newline="") as file:
        reader = csv.DictReader(file)
        names, rows = list(reader.fieldnames or ()), list(reader)
    for row in rows:
        if row["time_hour"].startswith(month):
            row.update({name: _celsius(row[name]) for name in COLUMNS})
    with (tables / WEATHER).open("w", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    content = (tables / WEATHER).read_bytes()
    record = json.loads((tables / "sources.json").read_text())
    record["files"][WEATHER].update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (tables / "sources.json").write_text(json.dumps(record, indent=2) + "\n")


def _celsius(text: str) -> str:
    """Where a value is missing it stays so."""
    try:
        return str(round(MISTAKEN["degF"]["degC"](float(text)), 2))
    except ValueError:
        return text
