"""What a command needs is tried before anything is built, fetched or trained for it."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from tests.lab.sandbox import ROOT


def ready(needs: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`make ready` as `make prod` begins with it, with these variables typed behind it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARITY_")}
    command = ["make", "--silent", "ready", f"NEEDS={needs}", *(f"{name}={value}" for name, value in variables.items())]
    return subprocess.run(command, cwd=ROOT, env=inherited, capture_output=True, text=True, timeout=120)


def test_commands_begin_with_what_they_need() -> None:
    """`make prod` asks for its port and its folder first; building, collecting and training come after."""
    printed = subprocess.run(["make", "--dry-run", "prod"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    first, *rest = printed.splitlines()
    assert "doctor --quiet" in first
    assert {"--for artifacts", "--for prod"} <= {part.strip() for part in first.replace("--for", "|--for").split("|")}
    assert any(" build" in line for line in rest)


def test_a_taken_port_is_told_first() -> None:
    """With the next one to type."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ready("--for prod", PARITY_PORT=str(port))
    assert done.returncode == 2
    assert "something else already listens on prod's port" in done.stderr
    assert f"make prod PARITY_PORT={port + 1}" in done.stderr


@pytest.mark.parametrize("place", ["absolute", "with a space", "relative"])
def test_any_folder_is_made(place: str, tmp_path: Path) -> None:
    """For the user who will write to it in the container."""
    folder = tmp_path / place / "art"
    typed = os.path.relpath(folder, ROOT) if place == "relative" else str(folder)
    done = ready("--for artifacts", PARITY_ARTIFACTS=typed)
    assert done.returncode == 0, done.stderr
    assert (folder / "models").is_dir()
    owner = 10001 if os.getuid() == 0 else os.getuid()
    assert (folder / "models").stat().st_uid == owner


def test_a_folder_that_cannot_be_made_is_told_first() -> None:
    """With who may, and where else."""
    done = ready("--for artifacts", PARITY_ARTIFACTS="/proc/art")
    assert done.returncode == 2
    assert "the folder of data and models cannot be written" in done.stderr
    assert "PARITY_ARTIFACTS=…" in done.stderr
