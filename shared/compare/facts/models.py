"""Places away from the code that hold models and data: what arguments, variables and the code point to, and mounts."""

from __future__ import annotations

import os
import re

from . import pointers
from .context import Context, once
from .entry import PLACES as FOLDERS
from .entry import VARIABLES, entry, paths
from .naming import is_named
from .places import LEFT_OUT, SHALLOW, Item, artifacts, below, roots, within

USUAL = ("/models", "/model", "/opt/ml", "/mnt/models", "/var/models", "/srv/models", "/data")
POINTS = re.compile(
    r".*(MODEL|WEIGHT|CHECKPOINT|ARTIFACT|DATA|FILE|PATH|DIR|HOME|CONFIG|TABLE|LOOKUP|VOCAB|TOKENIZER|CACHE).*"
)
"""Names of variables whose values may be places."""

PLACES = re.compile("|".join([POINTS.pattern, "PARITY_REVISION", "LD_PRELOAD", *VARIABLES, *FOLDERS]))
"""Names of variables that may decide which files count; so may others that the code names."""

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
            (POINTS.fullmatch(name) or ("/" in value and is_named(context, name)))
            and not name.startswith(("PYTHON", "LD_", "PARITY_"))
            and name not in ("PATH", "HOME")
            and not STATE.fullmatch(name)
        ):
            found += [os.path.join(context.folder, part) for part in value.split(os.pathsep) if "/" in part]
    found += pointers.named(context)
    found = [place for place in found if not OTHERS.fullmatch(os.path.realpath(place))]
    found += [str(mount["target"]) for mount in context.mounts if mount.get("kind") != "tmpfs"]
    kept = [place for place in pointers.certain(context) if not _of_project(context, place)]
    for place in sorted({os.path.realpath(place) for place in found if os.path.exists(place)}, key=len):
        outside = not any(within(place, above) for above in (*kept, *context.ours, *artifacts(context)))
        folder = os.path.isdir(place) and (
            SHALLOW.fullmatch(place) or os.path.exists(os.path.join(place, "pyvenv.cfg"))
        )
        if outside and not _of_project(context, place) and not folder and place != "/" and not NEVER.fullmatch(place):
            kept.append(place)
    return kept


def _of_project(context: Context, place: str) -> bool:
    """Whether it is looked at with the code."""
    return any(
        within(place, root)
        and not SHALLOW.fullmatch(root)
        and not any(map(LEFT_OUT.fullmatch, os.path.relpath(place, root).split("/")))
        for root in roots(context)
    )


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
