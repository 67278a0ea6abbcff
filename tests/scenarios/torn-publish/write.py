"""A publication that copies file by file, and is interrupted before the largest one."""

import shutil
from pathlib import Path

FRESH, BEFORE, WRITTEN = Path("/artifacts/models/current"), Path("/older/models/current"), Path("/written/current")

shutil.copytree(BEFORE, WRITTEN, dirs_exist_ok=True)
for path in sorted(FRESH.iterdir(), key=lambda path: path.stat().st_size):
    if path.name == "model.skops":
        break
    shutil.copy(path, WRITTEN)
