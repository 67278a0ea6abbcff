"""A Parquet file as JSON lines, by pyarrow in an environment of its own.

In the image it has no place: pandas stores text otherwise where pyarrow is, and what serves would not be what trained.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import ParityError
from shared.image import venv
from shared.image.paths import CACHE
from shared.image.run import run, say

SUFFIX = ".parquet"
CONVERT_SECONDS = 3600
PROGRAM = """
import json
import sys

import pyarrow
from pyarrow.parquet import ParquetFile

source, target = sys.argv[1:]


def text(value):
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


try:
    with open(target, "w", encoding="utf-8") as lines:
        for batch in ParquetFile(source).iter_batches(10_000):
            lines.writelines(json.dumps(row, default=text) + "\\n" for row in batch.to_pylist())
except (pyarrow.ArrowException, ValueError) as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""
"""Times become RFC 3339; what JSON has no form for becomes text, which the contract judges."""


@contextmanager
def as_rows(source: Path) -> Iterator[Path]:
    """The file of rows itself, or the rows of a Parquet file as JSON lines for as long as the block lasts.

    Raises:
        ParityError: it is no Parquet file.
    """
    if source.suffix != SUFFIX or not source.is_file():
        yield source
        return
    venv.sync_parquet()
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="parquet-") as folder:
        target = Path(folder) / f"{source.stem}.jsonl"
        say(f"score: {source.name} as JSON lines")
        command = (CACHE / "parquet" / "bin" / "python", "-c", PROGRAM, source, target)
        try:
            run(*command, timeout=CONVERT_SECONDS, activity=f"score: reading {source.name}")
        except ParityError as error:
            raise ParityError(
                f"{source.name} cannot be read as Parquet",
                evidence=error.evidence,
                remedy="check who wrote it, and how",
            ) from None
        yield target
