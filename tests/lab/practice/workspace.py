"""The learner's folder: made from an exercise's `start/`, and looked at before anything is run for it."""

import importlib.util
import shutil
import tomllib
from pathlib import Path
from types import ModuleType

from shared.errors import ParityError
from tests.lab.practice.exercise import Exercise
from tests.lab.scenario import ROOT

FOLDER = ROOT / "artifacts" / "practice"
EVIDENCE = "evidence"
"""Folder in the learner's: what a colleague has saved; nobody edits it."""


def make(exercise: Exercise, folder: Path, repair: str = "") -> None:
    """Make the learner's folder afresh.

    Args:
        exercise: whose.
        folder: the learner's; what is there is removed.
        repair: `solution`, or `wrong/NAME`, to lay that over it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in ("start", repair):
        if part and (exercise.folder / part).exists():
            shutil.copytree(exercise.folder / part, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__*"))
        step = module(exercise.folder / "steps.py", part.replace("/", "_").replace("-", "_"))
        if part and step:
            step(folder)


def stage(exercise: Exercise, folder: Path) -> Path:
    """Copy what the learner does not edit to where its name tells nothing; returns the folder."""
    world = folder / "world"
    shutil.rmtree(world, ignore_errors=True)
    world.mkdir(parents=True)
    if (exercise.folder / "world").exists():
        shutil.copytree(exercise.folder / "world", world, dirs_exist_ok=True)
    for entry in exercise.world:
        name, _, neutral = entry.partition(":")
        shutil.copy(exercise.folder.parent / name, world / neutral)
    return world


def module(path: Path, name: str):
    """What a Python file calls `name`; None if there is no such file or name."""
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location(f"practice_{path.parent.parent.name}_{path.stem}", path)
    assert spec
    assert spec.loader
    loaded: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return getattr(loaded, name, None)


def check(exercise: Exercise, folder: Path) -> None:
    """Look at what was edited: everything is there, and can be read.

    Raises:
        ParityError: a file is gone, or is no Python or TOML. Compose says itself what is no overlay.
    """
    again = f"make practice RESET=1 NAME={exercise.name} gives it back as it was"
    if not folder.exists():
        remedy = f"make practice NAME={exercise.name}"
        raise ParityError(f"{exercise.name} is not begun", evidence=f"{folder} is not there", remedy=remedy)
    for name in exercise.given:
        if not (folder / name).exists():
            raise ParityError(f"{name} is gone", evidence=f"{folder / name} is not there", remedy=again)
    for path in (path for path in mine(folder) if path.is_file()):
        try:
            if path.suffix == ".py":
                compile(path.read_text(), str(path), "exec", dont_inherit=True)
            elif path.suffix == ".toml":
                tomllib.loads(path.read_text())
        except (SyntaxError, ValueError) as error:
            raise ParityError(
                f"{path.name} cannot be read, and nothing was checked",
                evidence=str(error),
                remedy=f"correct that line; {again}",
            ) from None


def mine(folder: Path) -> list[Path]:
    """The learner's files; not what editors leave beside them."""
    return sorted(
        path
        for path in folder.rglob("*")
        if (path.is_file() or path.is_symlink())
        and not path.name.startswith((".", "#"))
        and not path.name.endswith(("~", ".swp", ".bak", ".orig"))
        and EVIDENCE not in path.relative_to(folder).parts
        and "__pycache__" not in path.parts
    )


def times(folder: Path) -> dict[Path, int]:
    """When each file of the learner's was written, in nanoseconds."""
    return {path: path.lstat().st_mtime_ns for path in mine(folder) if path.is_symlink() or path.exists()}
