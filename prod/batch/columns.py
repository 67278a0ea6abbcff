"""Which columns a file has, seen before anything is scored."""

from collections.abc import Sequence
from pathlib import Path

from prod.batch import folder, partition
from prod.batch.partition import CSV
from shared import contract
from shared.errors import ParityError


def check(source: Path, form: str, key: Sequence[str]) -> list[str]:
    """The columns of CSV, in order; none of JSON lines, where each row has its own.

    Raises:
        ParityError: a field of the contract is missing, a column is neither that nor of the key, or stands twice.
    """
    taken = {"row", "errors", "model_version", *folder.columns()}
    if wrong := [name for name in key if name in taken or key.count(name) > 1]:
        raise ParityError(
            f"the key cannot have the column {wrong[0]}",
            evidence=f"the output has columns of its own: {', '.join(sorted(taken))}",
            remedy="give it another name in the input; name each column once",
        )
    if form != CSV or not source.stat().st_size:
        return []
    header = partition.header(source)
    missing = [name for name in (*contract.FIELDS, *key) if name not in header]
    extra = [name for name in header if name not in contract.FIELDS and name not in key]
    twice = sorted({name for name in header if header.count(name) > 1})
    if not missing and not extra and not twice:
        return header
    found = [("lacks", missing), ("also has", extra), ("has twice", twice)]
    raise ParityError(
        f"{source.name} has other columns than the contract",
        evidence="; ".join(f"it {words} {', '.join(map(repr, names))}" for words, names in found if names),
        remedy="the columns of the contract, separated by commas, each once; what else is to come out again is named "
        f"by KEY=…{': KEY=' + ','.join(extra) if extra and not missing and not twice else ''}",
    )
