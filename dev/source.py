"""Where a problem's data come from, declared in `dev/problem/collect.py`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file with a pinned hash: a table, or an archive of tables.

    Attributes:
        name: of the folder that the tables are put into, below `artifacts/data`.
        url: of the file; without a scheme it is a path from the project's root.
        sha256, size: of the file; the size in bytes.
        files: by the name of a table, its place in the archive (.tar.gz or .zip), where a table that is zipped once
            more has the place of its zip file. A file that is no archive is its only table: its place is empty.
    """

    name: str
    url: str
    sha256: str
    size: int
    files: Mapping[str, str]
