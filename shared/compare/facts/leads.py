"""What a variable leads to: the files at a path that it holds, or those that bear its value in their names."""

from __future__ import annotations

import os
import re

from . import reading
from .code import items as code_items
from .code import sources
from .context import Context, Fact, once, printable
from .files import files, wanted
from .models import STATE
from .naming import is_named
from .places import Item, within
from .variables import dotenv

WORD = re.compile(r"[A-Za-z][\w-]{1,40}")
CHOOSES = re.compile(r"(.*_)?(ENV(IRONMENT)?|REGION)")
"""Names of variables whose value may be a part of a file's name."""


def leads(context: Context) -> dict[str, str]:
    """By variable that the code names, SHA-256 over these files; a variable that leads to none is left out."""
    values = {name.rpartition(":")[2]: value for name, value in dotenv(context).items()}
    values.update(context.variables)
    found = {}
    for name, value in sorted(values.items()):
        if value and is_named(context, name) and not STATE.fullmatch(name):
            chooses = CHOOSES.fullmatch(name) and WORD.fullmatch(value)
            there = _called(context, value) if chooses else _at(context, value)
            if there:
                found[name] = reading.sha256("\n".join(sorted(there)).encode())
    return found


@once
def _all(context: Context) -> list[tuple[Item, str]]:
    """All files of the project and of places of models, with their hashes."""
    known = {**files(context), **sources(context)}
    there = [*wanted(context), *code_items(context)]
    return [(item, known.get(printable(item.key), "")) for item in there]


def _at(context: Context, value: str) -> list[str]:
    """Files at a path, by their names below it; the path may be one of a URL."""
    path = os.path.realpath(os.path.join(context.folder, re.sub(r"^[\w+.-]+:/*(?=/)", "", value)))
    if "/" not in value or path == "/":
        return []
    return [
        f"{os.path.relpath(item.path, path)} {content}" for item, content in _all(context) if within(item.path, path)
    ]


def _called(context: Context, value: str) -> list[str]:
    """Files of which a part of the path, up to a dot, a dash or an underscore, is that word."""
    pattern = re.compile(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])")
    return [f"{pattern.sub('*', item.key)} {content}" for item, content in _all(context) if pattern.search(item.key)]


FACTS = (Fact("leads", "by variable that the code names: SHA-256 of the files that its value leads to", leads),)
