"""A learner at the keyboard, who types the pages' commands in a fresh copy of the project."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.image.checkout import own_name
from tests.lab.assets import LAB
from tests.lab.sandbox import ROOT

LIMIT = 900
"""Seconds that a command may take."""
DOWNLOADS = ("bases", "debian", "site", "tools", "uv")
"""Folders of .cache that only hold downloads."""
BESIDE = ("dvc", "tracking")
"""Environments beside the image."""
NAME = "parity-sandbox-1a2b3c4d"
"""The checkout's name in the pages."""
PROD, MLFLOW = 8000, 5000
"""Ports that pages name."""


@dataclass(frozen=True)
class Learner:
    """A copy of the project, where commands meet no container, port or file of the user's.

    Attributes:
        folder: the copy.
        name: of the copy, in what it starts and builds.
        ports: where its services listen, by the port that pages name.
    """

    folder: Path
    name: str
    ports: Mapping[int, int]

    def settle(self) -> None:
        """Write its settings to .env, as a user would; variables would also reach programs that start containers."""
        settings = {
            "PARITY_PORT": self.ports[PROD],
            "PARITY_MLFLOW_PORT": self.ports[MLFLOW],
        }
        (self.folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    def type(self, command: str) -> tuple[int, str]:
        """Run a command as a shell does, and return its exit code and what a terminal would show."""
        for page, own in self.ports.items():
            command = command.replace(f"127.0.0.1:{page}", f"127.0.0.1:{own}")
        with subprocess.Popen(
            ["bash", "-o", "pipefail", "-c", command],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                output = process.communicate(timeout=LIMIT)[0]
            except BaseException:
                os.killpg(process.pid, signal.SIGTERM)
                raise
        for page, own in self.ports.items():
            output = output.replace(f"127.0.0.1:{own}", f"127.0.0.1:{page}")
        return process.returncode, output.replace(self.name, NAME)

    def _environment(self) -> dict[str, str]:
        """That of a new terminal: settings of `make test` and its user are not for the copy."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PARITY_"))}
        environment.pop("MFLAGS", None)
        environment.pop("COMPOSE_PROJECT_NAME", None)
        return environment


@contextmanager
def learner(folder: Path, beside: Sequence[str] = BESIDE) -> Iterator[Learner]:
    """A learner with a clone of the working tree in a new folder, and with everything that was downloaded.

    Args:
        beside: of `BESIDE`, what the learner will need.
    """
    _git("clone", "--quiet", ROOT, folder, cwd=ROOT)
    _bring_uncommitted(folder)
    _bring_downloads(folder, beside)
    ports = dict(zip((PROD, MLFLOW), _free(2), strict=True))
    someone = Learner(folder, own_name(folder), ports)
    someone.settle()
    try:
        yield someone
    finally:
        someone.type("make clean FORCE=1")


def _bring_uncommitted(folder: Path) -> None:
    """What is not committed yet is committed in the copy, so that `git status` is clean there."""
    changed = _git("ls-files", "-z", "--modified", "--others", "--exclude-standard", cwd=ROOT).split("\0")
    for name in filter(None, changed):
        source, target = ROOT / name, folder / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
        else:
            target.unlink(missing_ok=True)
    _git("add", "--all", cwd=folder)
    if _git("status", "--porcelain", cwd=folder):
        author = ("-c", "user.name=learner", "-c", "user.email=learner@localhost")
        _git(*author, "commit", "--quiet", "--no-verify", "--message", "Work in progress", cwd=folder)


def _bring_downloads(folder: Path, beside: Sequence[str]) -> None:
    """Packages and tools as links, data and the lab of the scenarios as copies, which may be written to.

    What other tests need, too, is made here, not in the copy: it is made once.
    """
    for what in beside:
        subprocess.run([sys.executable, "-m", "shared.image", what], cwd=ROOT, check=True, timeout=900)
    for name in DOWNLOADS:
        if (source := ROOT / ".cache" / name).exists():
            shutil.copytree(source, folder / ".cache" / name, symlinks=True, copy_function=_link)
    for source in (LAB, ROOT / "artifacts" / "data"):
        if source.exists():
            subprocess.run(["cp", "-Rp", source, _parent(folder / source.relative_to(ROOT))], check=True, timeout=60)


def _free(count: int) -> list[int]:
    """Ports on which nothing listens."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _parent(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, target, follow_symlinks=False)


def _git(*words: str | Path, cwd: Path) -> str:
    return subprocess.run(["git", *words], cwd=cwd, check=True, capture_output=True, text=True, timeout=60).stdout
