"""Distributions that others import without declaring it: a wheel of a team's own seldom lists all that it needs."""

from __future__ import annotations

import os
import re

from . import reading
from .code import Text
from .context import Context, once
from .distributions import Distribution, distributions
from .entry import SERVERS
from .imports import parsed, servers

MAX_FILES = 60
"""Of a distribution that declares nothing; larger ones are published, and declare what they need."""
MAX_BYTES = 1 << 20
STATEMENT = re.compile(rb"(?:^|[:;])[ \t]*(?:import|from)[ \t]+((?:[^;#\n\\]|\\\r?\n)+)", re.MULTILINE)
"""What looks like an import; also in texts."""


@once
def undeclared(context: Context) -> dict[str, set[str]]:
    """By distribution, names of the distributions that its modules import.

    Of those that the command starts, and of small ones that declare no requirement.
    """
    started = set(servers(context)) - SERVERS
    owners: dict[str, set[str]] = {}
    for one in distributions(context):
        for module in one.modules:
            owners.setdefault(module, set()).add(one.name)
    found = {}
    for one in distributions(context):
        if started & set(one.modules) or (not one.requires and len(one.files) <= MAX_FILES):
            names = {name for module in _imported(context, one, set(owners)) for name in owners.get(module, ())}
            found[one.name] = names - {one.name}
    return found


def _imported(context: Context, distribution: Distribution, others: set[str]) -> set[str]:
    """First names of the modules of others that its modules import."""
    found: set[str] = set()
    wanted = others.difference(distribution.modules)
    for name in distribution.files:
        if name.endswith(".py"):
            source = reading.data(context, os.path.join(distribution.folder, name), MAX_BYTES)
            words = re.findall(rb"\w+", b" ".join(STATEMENT.findall(source)))
            if wanted.isdisjoint(os.fsdecode(word) for word in words):
                continue  # parsing takes a hundred times as long
            mentions = parsed(Text(name, source))
            found |= {imported.split(".")[0] for imported in mentions.imports} if mentions else set()
    return found
