"""Places away from the code that hold models and data: what arguments, variables and the code point to, and mounts."""

from __future__ import annotations

import os
import re
from typing import Iterator

from .code import texts
from .context import Context, once
from .entry import entry, paths
from .places import SHALLOW, Item, artifacts, below, roots, within

USUAL = ("/models", "/model", "/opt/ml", "/mnt/models", "/var/models", "/srv/models", "/data")
POINTS = re.compile(
    r".*(MODEL|WEIGHT|CHECKPOINT|ARTIFACT|DATA|FILE|PATH|DIR|HOME|CONFIG|TABLE|LOOKUP|VOCAB|TOKENIZER|CACHE).*"
)
"""Names of variables whose values may be places."""

STATE = re.compile(r"(.*_)?(TMP|TEMP|TMPDIR|(TMP|TEMP|MULTIPROC|RUNTIME|LOGS?)_(DIR|PATH|FILE|FOLDER))")
"""Names of variables whose places are written by whatever runs."""

OTHERS = re.compile(
    r"/(proc|sys|dev|bin|sbin|boot|run|lib\w*)(/.*)?|/usr/(bin|sbin|lib\w*|include|share|local/(bin|lib|share))(/.*)?"
    r"|/(usr(/local)?|tmp|etc)|/etc/(mtab|ssl|passwd|group|localtime|timezone|os-release|ld\.so\..*)(/.*)?"
    r"|/var/(run|log|cache|tmp|spool)(/.*)?|/var/lib/(apt|dpkg|rpm|pacman)(/.*)?|.*/(site|dist)-packages(/.*)?|/nix(/.*)?"
)
"""Paths of the system, which code may name without reading a model there."""

NEVER = re.compile(
    r"/(proc|sys|dev|var/log)(/.*)?|(/var)?/run/(secrets|lock)(/.*)?|/etc/(hosts|hostname|resolv\.conf)|.*\.sock"
    r"|(/usr(/local)?)?/(s?bin|share|include|lib\w*)(/.*)?"
)
"""What is mounted into any container, secrets, logs, and programs of the system."""


@once
def places(context: Context) -> list[str]:
    """Files and folders, outside the folders of code."""
    found = [place for place in USUAL if os.path.exists(place)]
    found += paths(context, entry(context))
    for name, value in context.variables.items():
        if (
            POINTS.fullmatch(name)
            and not name.startswith(("PYTHON", "LD_", "PARITY_"))
            and name not in ("PATH", "HOME")
            and not STATE.fullmatch(name)
        ):
            found += [os.path.join(context.folder, part) for part in value.split(os.pathsep) if "/" in part]
    found += _in_code(context)
    found = [place for place in found if not OTHERS.fullmatch(os.path.realpath(place))]
    found += [str(mount["target"]) for mount in context.mounts if mount.get("kind") != "tmpfs"]
    kept: list[str] = []
    for place in sorted({os.path.realpath(place) for place in found if os.path.exists(place)}, key=len):
        outside = not any(within(place, above) for above in (*kept, *context.hidden, *artifacts(context)))
        project = any(within(place, root) and not SHALLOW.fullmatch(root) for root in roots(context))
        folder = os.path.isdir(place) and (
            SHALLOW.fullmatch(place) or os.path.exists(os.path.join(place, "pyvenv.cfg"))
        )
        if outside and not project and not folder and place != "/" and not NEVER.fullmatch(place):
            kept.append(place)
    return kept


def _in_code(context: Context) -> Iterator[str]:
    """Paths in quotes in the code: absolute ones, and those that lead out of its folder."""
    quoted = re.compile(rb"""(["'])((?:/|\.\./|~/)[^"'\n{}*<>|?:]{2,200})\1""")
    for text in texts(context):
        for match in quoted.finditer(text.source):
            path = os.path.expanduser(os.fsdecode(match[2]))
            yield os.path.join(context.folder, path)
            if path.startswith(".."):
                yield from (os.path.join(root, os.path.dirname(text.key), path) for root in roots(context))


@once
def distant(context: Context) -> list[Item]:
    """The files there, by absolute path."""
    found: list[Item] = []
    seen: set[tuple[int, int]] = set()
    for place in places(context):
        if os.path.isfile(place):
            found.append(Item(place, place, os.path.getsize(place)))
        elif os.path.isdir(place):
            found += [Item(path, path, size) for path, size in below(context, place, seen)]
    return found
