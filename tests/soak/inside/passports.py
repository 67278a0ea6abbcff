"""A model's passport with single bits flipped, and with single fields changed.

Run in the dev container: `python3 - < passports.py`. Prints counts as JSON.
"""

import copy
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared import artifact, model_file, model_folder, settings

FLIPS, FIELDS = 5000, 3000
found = (settings.read().models / artifact.CURRENT).resolve()
folder = Path(shutil.copytree(found, settings.read().models.parent / "passports"))
content = (folder / artifact.MANIFEST).read_bytes()
counts = {"flips": 0, "fields": 0, "resealed": 0, "accepted": 0, "resealed accepted": 0, "loaded": 0, "other errors": 0}


def loads(*_: object) -> None:
    """In the place of the one that loads a model."""
    counts["loaded"] += 1


model_file.loads = loads


def refused(changed: bytes) -> bool:
    """Whether a folder with this manifest is refused, in a sentence and before anything is loaded."""
    (folder / artifact.MANIFEST).write_bytes(changed)
    try:
        artifact.load(folder)
    except artifact.ArtifactError as error:
        return bool(error.what and error.evidence and error.remedy)
    except Exception:
        counts["other errors"] += 1
    return False


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Paths to everything in a passport that holds nothing else."""
    if isinstance(value, dict | list) and value:
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*path, key))
    else:
        yield path


def changed(passport: dict[str, Any], path: tuple[Any, ...], value: object) -> bytes:
    """The passport with another value there."""
    other = copy.deepcopy(passport)
    place: Any = other
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(other).encode()


for bit in random.sample(range(8 * len(content)), FLIPS):
    flipped = bytearray(content)
    flipped[bit // 8] ^= 1 << bit % 8
    counts["flips"] += 1
    counts["accepted"] += not refused(bytes(flipped))
passport = json.loads(content)
paths = list(leaves(passport))
for path in random.sample(paths, min(FIELDS, len(paths))):
    value = passport
    for key in path:
        value = value[key]
    other = not value if isinstance(value, bool) else value + 1 if isinstance(value, int | float) else f"{value}x"
    counts["fields"] += 1
    counts["accepted"] += not refused(changed(passport, path, other))
# Sealed again, by somebody who may write there: what is of another type is refused for what it is.
typed = [path for path in paths if path[0] in ("format", "version", "created", "files", "threshold", "golden")]
for path in random.sample(typed, min(1000, len(typed))):
    broken = changed(passport, path, [None])
    (folder / artifact.SEAL).write_bytes(model_folder.seal(broken))
    counts["resealed"] += 1
    counts["resealed accepted"] += not refused(broken)
shutil.rmtree(folder)
print(json.dumps(counts))
