"""Remove what the project made, and nothing else."""

import shutil
from pathlib import Path

from shared.errors import ParityError
from shared.image import base, dotenv
from shared.image.engine import LABEL, ask, inspect
from shared.image.paths import ROOT
from shared.image.run import run, say

PROJECT = "com.docker.compose.project"
FOLDERS = (".cache", ".dvc/tmp", ".venv", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache")


def clean(*, artifacts: bool, root: Path = ROOT) -> None:
    """Remove containers, networks, volumes and images, then files.

    Files go even where the engine cannot be reached.
    """
    try:
        _docker()
    finally:
        _files(root, artifacts=artifacts)


def _docker() -> None:
    ask()
    containers = _ours("container") | _ids("container", "ls", "--all", "--filter", f"label={LABEL}")
    _remove("container", containers, "--force", "--volumes")
    _remove("network", _ours("network"))
    _remove("volume", _ours("volume"))
    for reference in ("parity-sandbox", "parity-sandbox/*"):
        names = run("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}", reference, timeout=30)
        _remove("image", {name for name in names.split() if not name.endswith(":<none>")})
    _remove("image", _ids("image", "ls", "--filter", f"label={LABEL}"), "--force")
    for spec in (base.PYTHON, base.BROWSER):
        if inspect(spec.reference, "{{.Id}}"):
            say(f"kept: {spec.reference}, which others may use (docker image rm {spec.reference})")
    say("kept: BuildKit's build cache, which is shared by all your projects (docker builder prune)")


def _ours(kind: str) -> set[str]:
    """Objects of this project's Compose projects, by Compose's own label."""
    # Whole IDs, as the other listing gives: one container under two names would be removed twice.
    everything = {"container": ("--all", "--no-trunc"), "network": ("--no-trunc",), "volume": ()}[kind]
    template = f'{{{{.{"Name" if kind == "volume" else "ID"}}}}} {{{{.Label "{PROJECT}"}}}}'
    rows = run(
        "docker", kind, "ls", *everything, "--filter", f"label={PROJECT}", "--format", template, timeout=30
    ).splitlines()
    return {row.split()[0] for row in rows if row.split()[1].startswith("parity-sandbox")}


def _ids(*command: str) -> set[str]:
    return set(run("docker", *command, "--quiet", "--no-trunc", timeout=30).split())


def _remove(kind: str, names: set[str], *options: str) -> None:
    if names:
        run("docker", kind, "rm", *options, *sorted(names), timeout=120)
        say(f"removed: {len(names)} {kind}{'s' if len(names) > 1 else ''}")


def _files(root: Path, *, artifacts: bool) -> None:
    try:
        for name in (*FOLDERS, *(["artifacts"] if artifacts else [])):
            if (root / name).exists():
                shutil.rmtree(root / name)
                say(f"removed: {name}")
        for folder in list(root.glob("*/**/__pycache__")):
            shutil.rmtree(folder)
    except OSError as error:
        raise ParityError("a file could not be removed", evidence=str(error), remedy="sudo make clean") from None
    dotenv.unset(root / ".env", frozenset({"PARITY_IMAGE", "PARITY_USER"}))
    if (root / "artifacts").exists():
        say("kept: artifacts (make distclean removes your data and models too)")
