"""Save a model so that it is whole, and answers from where it is."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dev.progress import result
from shared import artifact, golden
from shared.errors import ParityError


class SaveError(ParityError):
    """The folder of models cannot be written."""


def check_writable(folder: Path) -> None:
    """Write where the folder is or will be: before minutes of training, not after them.

    Raises:
        SaveError: nothing can be written there.
    """
    place = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise _error(place, error) from error


def save(model: artifact.Model, files: Mapping[str, bytes], models: Path, place: Path | None = None) -> artifact.Model:
    """Write a model to the folder of its version, or to `place`, load it from there, and replay its golden requests.

    Args:
        files: as for `artifact.save`.

    Raises:
        SaveError: the disk is full, or the folder cannot be written, or the version exists already.
    """
    version = model.passport.version
    if (models / version).exists():
        raise SaveError(
            f"model {version} exists already",
            evidence=f"another training saved the same bytes in the same second: {models / version}",
            remedy="nothing is lost; make publish lists the models",
        )
    try:
        folder = artifact.save(models, model, files)
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)
            folder = folder.rename(place)
    except OSError as error:
        raise _error(models, error) from error
    saved = artifact.load(folder)
    golden.replay(saved.scores, saved.passport.golden)
    file = saved.passport.files[artifact.MODEL]
    result(f"saved    {folder} ({file['bytes']:,} bytes, SHA-256 {file['sha256'][:16]}…)")
    return saved


def _error(folder: Path, error: OSError) -> SaveError:
    return SaveError(
        f"cannot save a model in {folder}",
        evidence=f"{error.strerror}, as user {os.getuid()}",
        remedy="free some space there, or let that user write to it, and train again: make dev",
    )
