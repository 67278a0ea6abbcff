"""Make the checkout a project for the new problem: its name, and nothing left that speaks of the old one."""

import re
import shutil
import tomllib
from pathlib import Path

from shared.errors import ParityError
from shared.new import names
from shared.new.table import TableError

LEFT = ("tests/unit/dev/problem", "tests/unit/shared/problem", "dev/problem/fault.py")
"""Of the problem that was there before: its tests, and what its source does wrong."""
LONGEST = names.LONGEST


def check_name(name: str, lock: str) -> None:
    """See that the project can be called so.

    Raises:
        TableError: it is no name for Docker, PyPI and Compose, or that of a package which the project needs.
    """
    if not names.PROJECT.fullmatch(name) or len(name) > LONGEST:
        other = names.project(name) or "churn"
        raise TableError(
            f"NAME={name} is no name for a project",
            evidence=f"images, containers and the distribution are called so: at most {LONGEST} of a-z, 0-9 and "
            "single hyphens, a letter first",
            remedy=f"NAME={other}",
        )
    if name in {package["name"] for package in tomllib.loads(lock)["package"] if package["source"] != {"virtual": "."}}:
        raise TableError(
            f"NAME={name} is the name of a package that the project needs",
            evidence="uv.lock has it",
            remedy=f"NAME={name}-model",
        )


def check_clean(root: Path, *, force: bool) -> None:
    """See that Git has everything that is about to be replaced.

    Raises:
        ParityError: files differ from the last commit.
    """
    if force or not (root / ".git").exists():
        return
    from shared.image.run import run  # the rest is tested in the image, which has no room that makes it

    changed = run("git", "status", "--porcelain", "--untracked-files=no", timeout=30, cwd=root).splitlines()
    if changed:
        raise ParityError(
            "there are changes that are in no commit, and files are about to be replaced",
            evidence="; ".join(changed[:5]) + (f"; and {len(changed) - 5} more" if len(changed) > 5 else ""),
            remedy="git commit, or git stash; or all the same: FORCE=1",
        )


def named(root: Path, name: str) -> dict[str, str]:
    """pyproject.toml and uv.lock with the new name, and dvc.yaml with the folder of the new data, by path."""
    project = (root / "pyproject.toml").read_text()
    old = tomllib.loads(project)["project"]["name"]
    project = re.sub(rf'^name = "{re.escape(old)}"', f'name = "{name}"', project, count=1, flags=re.MULTILINE)
    project = re.sub(r"(?:^#[^\n]*\n)?^\[tool\.models\]\n(?:[^\n\[]+\n)+\n?", "", project, flags=re.MULTILINE)
    lock = (root / "uv.lock").read_text()
    lock = lock.replace(f"group-{len(old)}-{old}-", f"group-{len(name)}-{name}-").replace(f'"{old}"', f'"{name}"')
    pipeline = re.sub(r"artifacts/data/[\w.-]+", f"artifacts/data/{name}", (root / "dev/dvc.yaml").read_text())
    return {"pyproject.toml": project, "uv.lock": lock, "dev/dvc.yaml": pipeline}


def put(root: Path, files: dict[str, str]) -> None:
    """Write files, each whole or not at all, after all of them could be made."""
    fresh = {root / path: (root / path).with_name(f".{Path(path).name}.new") for path in files}
    try:
        for (path, made), text in zip(fresh.items(), files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            made.write_text(text, encoding="utf-8")
        for path, made in fresh.items():
            made.replace(path)
    finally:
        for made in fresh.values():
            made.unlink(missing_ok=True)


def remove(root: Path) -> list[str]:
    """Remove what is only of the problem that has been replaced; returns what there was."""
    found = [name for name in LEFT if (root / name).exists()]
    for name in found:
        if (root / name).is_dir():
            shutil.rmtree(root / name)
        else:
            (root / name).unlink()
    return found
