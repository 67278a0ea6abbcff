"""The image has the modules that dev and prod reach, and no others."""

import re
from pathlib import Path

import pytest

from tests.integration.support.imports import imports
from tests.integration.support.pages import ROOT

DOCKERFILE = Path("shared", "image", "Dockerfile")
ENTRIES = (
    "dev.delimited",
    "dev.evaluate",
    "dev.lifecycle.feed",
    "dev.lifecycle.report",
    "dev.monitor.__main__",
    "dev.collect",
    "dev.prepare",
    "dev.problem.fault",
    "dev.publish",
    "dev.train",
    "prod.app",
    "prod.batch.__main__",
    "prod.batch.preload",
    "prod.batch.workers",
    "prod.gunicorn.conf",
    "prod.healthcheck",
    "shared.compare.answer",
    "shared.consistency",
)
"""What is run or looked up by its name: by make, Compose, gunicorn, or another process; and what `make new` writes
imports of, or the layer with Dask."""


def module(path: Path) -> str:
    """The name that a file is imported by."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def shipped(root: Path) -> dict[str, Path]:
    """Modules of the Dockerfile's stage `code`, without what `runtime` removes, by name."""
    stages = dict(re.findall(r"^FROM \S+ AS (\w+)\n((?:(?!FROM).*\n)*)", (root / DOCKERFILE).read_text(), re.MULTILINE))
    copied = re.findall(r"^COPY (\S+(?<!\.toml)) ", stages["code"], re.MULTILINE)
    removed = [root / name for name in re.findall(r"\brm -r (\S+)", stages["runtime"])]
    files = [
        path for name in copied for top in root.glob(name) for path in ([top] if top.is_file() else top.rglob("*.py"))
    ]
    kept = [path for path in files if not any(path.is_relative_to(folder) for folder in removed)]
    return {module(path.relative_to(root)): path for path in kept}


def reached(modules: dict[str, Path]) -> set[str]:
    """Modules that are imported, however indirectly, by those that are run, with the packages that they are in."""
    seen: set[str] = set()
    left = list(ENTRIES)
    while left:
        name = left.pop()
        if name in modules and name not in seen:
            seen.add(name)
            left += [*imports(name, modules[name]), *(name[:at] for at, letter in enumerate(name) if letter == ".")]
    return seen


def unreached(root: Path) -> set[str]:
    """Modules that ship for nothing."""
    modules = shipped(root)
    return set(modules) - reached(modules)


def test_every_entry_ships() -> None:
    """What is run by its name is in the image."""
    assert set(ENTRIES) <= set(shipped(ROOT))


def test_every_module_of_the_image_is_reached() -> None:
    """By training, the pipeline, the monitor, the loop or the service."""
    assert unreached(ROOT) == set()


@pytest.mark.parametrize("place", ["dev", "prod", "shared", "shared/compare", "shared/problem", "dev/problem"])
def test_a_module_that_nothing_imports_is_found(place: str, tmp_path: Path) -> None:
    """In any of the rooms that ship."""
    for name in ("dev", "prod", "shared"):
        (tmp_path / name).mkdir()
    for path in [*shipped(ROOT).values(), ROOT / DOCKERFILE]:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (tmp_path / place / "forgotten.py").touch()
    assert unreached(tmp_path) == {f"{place.replace('/', '.')}.forgotten"}
