"""A checkout that cannot be written: every command says so in three parts, and none of them with a traceback."""

import subprocess
from pathlib import Path

import pytest

from tests.integration.support.clones import clone

COMMANDS = ("doctor", "image", "data", "dev", "prod", "audit", "lifecycle", "reproduce")
PLACES = {
    "read-only": 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1"',
    "full": 'mount -t tmpfs -o size=30m none /mnt && cp -R "$1/." /mnt && cd /mnt && ! cat /dev/zero > filler 2>&-',
}
REASONS = {"read-only": "Read-only file system", "full": "No space left on device"}


@pytest.mark.parametrize("place", PLACES)
def test_a_checkout_that_cannot_be_written_is_an_error(place: str, tmp_path: Path) -> None:
    """In a mount namespace of its own, where the folder is read-only, or its disk is full."""
    unshare = ["unshare", "--mount", "--map-root-user"]
    if subprocess.run([*unshare, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    made = clone(tmp_path / "own", "Makefile", "compose", "dev", "prod", "shared", "pyproject.toml", "uv.lock")
    for command in COMMANDS:
        script = f"{PLACES[place]} && exec make {command}"
        done = made.run(*unshare, "sh", "-c", script, "sh", str(made.folder))
        assert done.returncode == 2, done.stdout
        assert REASONS[place] in done.stderr, done.stderr
        assert "remedy:" in done.stderr
        assert "Traceback" not in done.stderr
