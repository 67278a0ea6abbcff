"""Which variables the project names: its code, its settings files and the scripts that run before it."""

from __future__ import annotations

import os
import re
from typing import Iterator

from . import reading
from .code import texts
from .context import Context, once
from .places import walk

SETTINGS = (".yaml", ".yml", ".json", ".toml", ".ini", ".cfg", ".conf", ".env", ".properties", ".xml")
TEMPLATES = (".tmpl", ".tpl", ".template", ".j2", ".jinja", ".in", ".dist")
MAX_SETTINGS = 500  # files
MAX_BYTES = 1 << 18
EXPANDED = re.compile(rb"\$\{(?:[\w.]+:)?([A-Za-z_]\w*)|\$([A-Z_][A-Z0-9_]*)\b|(?i:\benv)\W{1,4}([A-Z_][A-Z0-9_]*)\b")
"""Variables in settings and templates: $NAME, ${NAME}, ${oc.env:NAME,default}, !ENV NAME, env['NAME'], env.NAME."""
PREFIX = re.compile(rb"""prefix(?:ed_env\(|\s*=|["']\s*:)\s*["'](\w*?)_*["']""")
"""What libraries put before each name, with an underscore between."""


@once
def constants(context: Context) -> frozenset[str]:
    """Texts that could be names of variables; with a `*` at an end, the beginning or end of one."""
    quoted = re.compile(rb"""(["'])([A-Za-z_]\w*)\1""")
    pieces = re.compile(rb"""["']([A-Za-z]\w{2,}_)(?=["'{])|(?<=["'}])(_[A-Z]\w{2,})["']""")
    word = re.compile(rb"[A-Z][A-Z0-9_]{2,}")
    found = {match[2] for text in texts(context) for match in quoted.finditer(text.source)}
    for text in texts(context):
        for first, last in pieces.findall(text.source):
            found.add(first + b"*" if first else b"*" + last)
        for match in word.findall(text.binary):  # the length of a text, which comes before it, may look like a letter
            found |= {match, match[1:]}
    found.update(_fields(context), _expanded(context))
    return frozenset(name.decode() for name in found)


def is_named(context: Context, variable: str) -> bool:
    """Whether something names a variable, or a part of its name with an underscore, to which it adds the rest."""
    names = constants(context)
    at = [number for number, letter in enumerate(variable) if letter == "_"]
    parts = {variable[: number + 1] + "*" for number in at} | {"*" + variable[number:] for number in at}
    return variable in names or variable.upper() in names or not names.isdisjoint(parts)


def _fields(context: Context) -> Iterator[bytes]:
    """Fields of settings that pydantic reads from variables, and the prefixes of dynaconf, click and Flask."""
    field = re.compile(rb"^[ \t]+([A-Za-z_]\w*)[ \t]*:", re.MULTILINE)
    prefix = re.compile(rb"""env_prefix\s*=\s*["'](\w*)["']""")
    for text in texts(context):
        if b"BaseSettings" in text.source:
            for before in {b"", *prefix.findall(text.source)}:
                yield from ((before + name).upper() for name in field.findall(text.source))
        yield from (name.upper() + b"_*" for name in PREFIX.findall(text.source) if name)
        if b"from_prefixed_env()" in text.source:
            yield b"FLASK_*"


def _expanded(context: Context) -> Iterator[bytes]:
    """Variables of which settings files, templates and scripts take the value."""
    there = [item for item in walk(context) if item.path.endswith(SETTINGS + TEMPLATES) and item.size <= MAX_BYTES]
    contents = [reading.data(context, item.path, MAX_BYTES) for item in there[:MAX_SETTINGS]]
    for content in [*contents, *map(os.fsencode, context.scripts)]:
        for match in EXPANDED.finditer(content):
            yield next(filter(None, match.groups()))
