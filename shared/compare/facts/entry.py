"""What the command starts: scripts, modules, and folders that it puts on the path."""

from __future__ import annotations

import os
import re
import shlex
from typing import Iterator, NamedTuple

from .context import Context, once

PYTHON = re.compile(r"(python|pypy)[\d.]*t?(\.exe)?")
WITH_VALUE = ("-X", "-W", "--check-hash-based-pycs")
FOLDERS = re.compile(r"--(chdir|app-dir|pythonpath|directory|working-dir(ectory)?|root|python-path|home)")
APPLICATION = re.compile(r"([A-Za-z_][\w.]*)(:[\w.]+(\(.*\))?)?")
VARIABLES = ("GUNICORN_CMD_ARGS", "UVICORN_APP", "FLASK_APP", "DJANGO_SETTINGS_MODULE", "APP_MODULE", "MODULE_NAME")
"""Variables that frameworks read as a part of their command."""
PLACES = ("LAMBDA_TASK_ROOT",)
SERVERS = {
    "aiohttp",
    "awslambdaric",
    "bentoml",
    "bjoern",
    "celery",
    "cheroot",
    "daphne",
    "django",
    "fastapi",
    "flask",
    "functions_framework",
    "gradio",
    "granian",
    "gunicorn",
    "hypercorn",
    "litserve",
    "meinheld",
    "mlflow",
    "mlserver",
    "mod_wsgi",
    "ray",
    "sanic",
    "starlette",
    "streamlit",
    "torchserve",
    "tornado",
    "uvicorn",
    "uwsgi",
    "waitress",
    "werkzeug",
}
"""Servers and frameworks: on the path of an answer where the command names them."""


class Entry(NamedTuple):
    """What a command starts.

    Attributes:
        script: path of the script or archive that Python is given; "" if there is none.
        module: of `-m`; "".
        text: of `-c`; "".
        words: arguments after that, and what variables add to them.
        folders: that it puts on the path.
    """

    script: str
    module: str
    text: str
    words: list[str]
    folders: list[str]

    @property
    def program(self) -> str:
        """Its name: the module, or that of the script without ending."""
        return self.module or re.sub(r"\.\w+$", "", os.path.basename(self.script))


@once
def entry(context: Context) -> Entry:
    """What the command starts; all of it empty if the command is unknown."""
    words = list(context.command)
    script = module = text = ""
    if words and PYTHON.fullmatch(os.path.basename(words[0])):
        words.pop(0)
        while words and words[0].startswith("-") and words[0] != "-":
            option = words.pop(0)
            if option in WITH_VALUE and words:
                words.pop(0)
            elif re.fullmatch(r"-[A-Za-z]*[mc]", option) and words:
                module, text = (words.pop(0), "") if option.endswith("m") else ("", words.pop(0))
                break
    if words and not module and not text:
        script = _absolute(context, words.pop(0))
    for name in VARIABLES:
        words += _split(context.variables.get(name, ""))
    folders = list(_folders(context, words))
    if script:
        folders.append(script if os.path.isdir(script) else os.path.dirname(os.path.realpath(script)))
    folders += [folder for folder in map(context.variables.get, PLACES) if folder]
    return Entry(script, module, text, words, [folder for folder in dict.fromkeys(folders) if os.path.isdir(folder)])


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def _folders(context: Context, words: list[str]) -> Iterator[str]:
    for word, following in zip(words, [*words[1:], ""]):
        option, equals, value = word.partition("=")
        if FOLDERS.fullmatch(option):
            for folder in re.split(r"[,:]", value if equals else following):
                yield _absolute(context, folder)


def _absolute(context: Context, path: str) -> str:
    return os.path.normpath(os.path.join(context.folder, path)) if path else ""


def modules(entry: Entry) -> list[str]:
    """Names in the command that could be modules: of `-m`, of an application (`module:app`), of a handler."""
    found = [entry.module] if entry.module else []
    for word in entry.words:
        match = APPLICATION.fullmatch(word.partition("=")[2] or word)
        if match:
            name = match[1]
            found += [name] if match[2] else [name, name.rpartition(".")[0]]
    return [name for name in found if name]


def paths(context: Context, entry: Entry) -> list[str]:
    """Files and folders that arguments name, absolute."""
    values = [re.sub(r"^--?[\w-]+=", "", word) for word in entry.words]
    candidates = [_absolute(context, value) for value in values if "/" in value or "." in value]
    return [path for path in candidates if os.path.exists(path)]
