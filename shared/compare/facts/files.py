"""Files of the project that its code may read: settings, tables, queries, models."""

from __future__ import annotations

import os
import re

from . import reading
from .context import Context, Fact
from .places import walk

DATA = re.compile(
    r".*\.(toml|ya?ml|json|ini|cfg|conf|properties|csv|tsv|sql|parquet|feather|arrow|txt|model|bin|pkl|pickle|joblib|skops"
    r"|onnx|pmml|pt|pth|safetensors|npy|npz|h5|hdf5|keras|cbm|ubj|so)"
)
MANY = 1000


def files(context: Context) -> dict[str, str]:
    """By path."""
    wanted = [(path, os.path.join(root, path)) for root, path in walk(context) if DATA.fullmatch(path)]
    wanted = sorted((path, full) for path, full in wanted if os.path.isfile(full) and os.access(full, os.R_OK))
    found = {path: reading.content(full).hex() for path, full in wanted[:MANY]}
    if wanted[MANY:]:
        sizes = [(path, os.path.getsize(full)) for path, full in wanted[MANY:]]
        found[f"and {len(sizes)} more, by size"] = reading.sha256(repr(sizes).encode())
    return found


FACTS = (Fact("files", "SHA-256 of other files there that code may read: settings, tables, models", files),)
