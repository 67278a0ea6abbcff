"""Projects and installed packages in temporary folders."""

import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project of these tests is not on the path, as the tests' own is."""
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if not Path(folder, "prod").exists()])


def project(folder: Path, **contents: str) -> Path:
    """Files by name, without `.py`."""
    for name, text in contents.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def installed(folder: Path, name: str, **texts: str) -> None:
    """A distribution's metadata."""
    (folder / name).mkdir(parents=True)
    for file, text in texts.items():
        (folder / name / file.replace("_json", ".json")).write_bytes(text.encode("latin-1"))
