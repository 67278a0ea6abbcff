"""The data in a folder of its own, with one month broken at the source.

What the source does wrong is the problem's, `dev/problem/fault.py`; without that file nothing can be broken. The tables
are what both sides read, so prod is asked with those rows, and training would learn from them.
"""

import csv
import hashlib
import importlib
import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

from dev.problem.collect import SOURCE
from shared.errors import ParityError

RECORD = "loop.json"
"""Also the mark of a folder that may be wiped."""


class FolderError(ParityError):
    """The folder is somebody's, or there is nothing to put into it."""


def fault() -> Any:
    """What the problem's source does wrong (the module); None if it says nothing."""
    name = "dev.problem.fault"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def start(folder: Path, data: Path, corrupt: str | None) -> None:
    """Wipe the folder, and put the collected tables into it.

    Args:
        data: folder of collected data, which stays as it is.
        corrupt: the month to break, such as "2024-07"; None for none.

    Raises:
        FolderError: it holds what no earlier run has made, or nothing was collected.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / RECORD).exists():
        raise FolderError(
            "the folder is not the life cycle's own",
            evidence=f"{folder} has no {RECORD}, and would be wiped",
            remedy="name a folder that is empty or not there: --folder …",
        )
    source = data / SOURCE.name
    if not source.exists():
        raise FolderError("there are no data to play", evidence=f"no {source}", remedy="make data")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / RECORD).write_text("{}\n")
    shutil.copytree(source, folder / "data" / SOURCE.name)
    if corrupt:
        _break(folder / "data" / SOURCE.name, corrupt)


def _break(tables: Path, month: str) -> None:
    """Break a month (UTC), and let the record of the files say what they are now."""
    wrong = fault()
    if wrong is None:
        raise FolderError(
            f"nothing is known that could be wrong in {month}",
            evidence="there is no dev/problem/fault.py, which says what the source does",
            remedy='make lifecycle ARGS="--corrupt none"',
        )
    path = tables / wrong.TABLE
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        names, lines = list(reader.fieldnames or ()), list(reader)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(wrong.broken(line) if line[wrong.TIME].startswith(month) else line for line in lines)
    content = path.read_bytes()
    record = json.loads((tables / "sources.json").read_text())
    record["files"][wrong.TABLE].update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    (tables / "sources.json").write_text(json.dumps(record, indent=2) + "\n")
