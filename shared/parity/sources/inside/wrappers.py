"""Programs that do nothing but run another: what that other is, with which variables, and where."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass
from functools import partial
from typing import Callable, Dict, List, Sequence, Tuple

Command = Tuple[List[str], Dict[str, str], str]


@dataclass(frozen=True)
class Place:
    """Where a wrapper runs.

    Attributes:
        path: of the wrapper.
        env: its variables.
        folder: its working folder.
        exists: whether there is a file of that path.
    """

    path: str
    env: dict[str, str]
    folder: str
    exists: Callable[[str], bool]

    def inside(self, environment: str) -> dict[str, str]:
        """The variables of a program that runs in a virtual environment."""
        path = os.path.join(environment, "bin") + ":" + self.env.get("PATH", "/usr/local/bin:/usr/bin:/bin")
        return {**self.env, "PATH": path, "VIRTUAL_ENV": environment}


def _skip(words: list[str], values: str = "", skipped: int = 0) -> list[str]:
    """What is left after options (those named in `values` take one), and after some words."""
    words, wanted = list(words), values.split()
    while words and words[0].startswith("-") and words[0] != "-":
        option = words.pop(0)
        if option == "--":
            break
        if option in wanted and words:
            words.pop(0)
    return words[skipped:]


def _plain(values: str, skipped: int, place: Place, words: list[str]) -> Command | None:
    left = _skip(words, values, skipped)
    return (left, place.env, place.folder) if left else None


def _env(place: Place, words: list[str]) -> Command | None:
    words, env, folder = list(words), dict(place.env), place.folder
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option in ("-i", "-", "--ignore-environment"):
            env = {}
        elif option in ("-u", "--unset", "-C", "--chdir") and words:
            value = words.pop(0)
            env, folder = ({k: v for k, v in env.items() if k != value}, folder) if "u" in option else (env, value)
        elif option.startswith(("-S", "--split-string")):
            # The kernel passes `-S program arguments` of a shebang as one word.
            text = option[2:] if option.startswith("-S") else option.partition("=")[2]
            words = shlex.split(text or words.pop(0)) + words
        elif option == "--":
            break
    while words and "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        env[name] = value
    if words and words[0].startswith("-S"):
        return None
    return (words, env, folder) if words else None


def _uv(place: Place, words: list[str]) -> Command | None:
    """`uv run`: the project's own environment."""
    if not words or words[0] != "run":
        return None
    folder = _option(words, "--directory") or _option(words, "--project") or place.folder
    values = "--directory --project --package --extra --group --with --python -p --env-file --only-group --no-group"
    left = _skip(words[1:], values)
    if "-m" in words[: len(words) - len(left)] or "--module" in words[: len(words) - len(left)]:
        left = ["python", "-m", *left]
    elif left and left[0].endswith(".py"):
        left = ["python", *left]
    return _in_project(place, left, os.path.join(place.folder, folder), "UV_PROJECT_ENVIRONMENT")


def _poetry(place: Place, words: list[str]) -> Command | None:
    """`poetry run`, `pdm run`, `pipenv run`: .venv, or the environment that is active, or none is made."""
    folder = _option(words, "-C") or _option(words, "--directory") or _option(words, "--project") or place.folder
    left = _skip(words, "-C --directory --project -P")
    if left[:1] != ["run"]:
        return None
    left = _skip(left[1:])
    if left and place.env.get("POETRY_VIRTUALENVS_CREATE", "").lower() in ("false", "0"):
        return left, place.env, place.folder
    return _in_project(place, left, os.path.join(place.folder, folder), "VIRTUAL_ENV")


def _in_project(place: Place, left: list[str], folder: str, variable: str) -> Command | None:
    given = place.env.get(variable)
    environment = os.path.join(folder, given) if given else None
    while not environment:
        if place.exists(os.path.join(folder, ".venv", "pyvenv.cfg")):
            environment = os.path.join(folder, ".venv")
        elif folder in ("/", ""):
            return None
        folder = os.path.dirname(folder)
    return (left, place.inside(environment), place.folder) if left else None


def _conda(place: Place, words: list[str]) -> Command | None:
    if words[:1] != ["run"]:
        return None
    root = place.env.get("MAMBA_ROOT_PREFIX") or os.path.dirname(os.path.dirname(place.path))
    name = _option(words, "-n") or _option(words, "--name") or "base"
    prefix = _option(words, "-p") or _option(words, "--prefix")
    prefix = prefix or (root if name == "base" else os.path.join(root, "envs", name))
    left = _skip(words[1:], "-n --name -p --prefix --cwd -a --attach -e --env")
    env = {k: v for k, v in place.inside(prefix).items() if k != "VIRTUAL_ENV"}
    return (left, {**env, "CONDA_PREFIX": prefix}, _option(words, "--cwd") or place.folder) if left else None


def _option(words: list[str], name: str) -> str:
    """The value of an option of the wrapper itself; empty if it has none."""
    for word, following in zip(words, [*words[1:], ""]):
        if word == name:
            return following
        if name.startswith("--") and word.startswith(name + "="):
            return word.partition("=")[2]
    return ""


def uwsgi_home(words: Sequence[str], folder: str, head: Callable[[str], bytes | None]) -> str:
    """The virtual environment that options of uWSGI, or its configuration, name; empty if none does."""
    for flag in ("-H", "--home", "--virtualenv", "--venv", "--pyhome"):
        if _option(list(words), flag):
            return os.path.join(folder, _option(list(words), flag))
    for word in words:
        text = head(os.path.join(folder, word.partition("=")[2] or word)) if word.endswith(".ini") else None
        found = re.search(rb"^\s*(?:virtualenv|home|venv|pyhome)\s*=\s*(\S+)", text or b"", re.MULTILINE)
        if found:
            return os.path.join(folder, os.fsdecode(found[1]))
    return ""


WRAPPERS: dict[str, Callable[[Place, list[str]], Command | None]] = {
    "env": _env,
    "uv": _uv,
    **dict.fromkeys(("poetry", "pdm", "pipenv"), _poetry),
    **dict.fromkeys(("conda", "mamba", "micromamba"), _conda),
    **dict.fromkeys(("tini", "tini-static", "docker-init", "catatonit"), partial(_plain, "-p -e", 0)),
    "dumb-init": partial(_plain, "-r --rewrite", 0),
    **dict.fromkeys(("nohup", "setsid", "exec", "aws-lambda-rie", "chronic"), partial(_plain, "", 0)),
    "nice": partial(_plain, "-n --adjustment", 0),
    "ionice": partial(_plain, "-c -n", 0),
    "stdbuf": partial(_plain, "-i -o -e", 0),
    "timeout": partial(_plain, "-k -s --signal --kill-after", 1),
    **dict.fromkeys(("gosu", "su-exec"), partial(_plain, "", 1)),
    "setpriv": partial(_plain, "", 0),
    "runuser": partial(_plain, "-u -g", 0),
    "sudo": partial(_plain, "-u -g --user --group", 0),
    "numactl": partial(_plain, "-N -m -C", 0),
    "taskset": partial(_plain, "", 1),
}
