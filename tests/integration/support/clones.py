"""Clones of the project, in which commands are typed."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.lab.sandbox import ROOT


@dataclass(frozen=True)
class Clone:
    """A clone of the project."""

    folder: Path

    def run(self, *command: str, timeout: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
        """Type a command there, without a terminal and without this run's own settings."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("COMPOSE_", "PARITY_"))}
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**own, **variables},
            capture_output=True,
            text=True,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
        )

    @property
    def settings(self) -> dict[str, str]:
        """Its .env."""
        return dict(line.split("=", 1) for line in (self.folder / ".env").read_text().splitlines())


def clone(folder: Path, *beginnings: str, cache: bool = False) -> Clone:
    """Copy the files of the project whose names begin so; with `cache` what its commands have fetched, too."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if name.startswith(beginnings) and (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    if cache:
        for name in ("bases", "site", "tools", "uv"):
            shutil.copytree(ROOT / ".cache" / name, folder / ".cache" / name, symlinks=True, copy_function=os.link)
    return Clone(folder)
