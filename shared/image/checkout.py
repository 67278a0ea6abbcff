"""What belongs to this checkout on an engine that others use, too: one name, and a record of what was made.

The name is the project's, with a hash of the folder's path: two clones never share a container, a network or an image's
tag. It is kept in .env, where the compose files read it. COMPOSE_PROJECT_NAME wins, as it does with Compose.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from shared.image import dotenv, settings
from shared.image.paths import CACHE, ROOT
from shared.names import PROJECT

VARIABLE = "PARITY_NAME"
HASH_LETTERS = 8


def name() -> str:
    """Of the Compose project of prod, of the images, and the beginning of every other project's."""
    return settings.compose_project() or own_name(ROOT)


def own_name(folder: Path) -> str:
    """The name of a checkout in that folder, such as parity-sandbox-1a2b3c4d."""
    return f"{PROJECT}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:HASH_LETTERS]}"


def variables() -> dict[str, str]:
    """What the compose files must know, whatever .env says."""
    return {VARIABLE: own_name(ROOT)}


def projects() -> set[str]:
    """Compose projects of `make dev`, `make mlflow` and `make prod`: one, where COMPOSE_PROJECT_NAME names it."""
    own = name()
    return {own} if settings.compose_project() else {own, f"{own}-dev"}


def repository() -> str:
    """Of the images that this checkout builds; its tags are latest, test and tracking."""
    return re.sub(r"[-_]+", "-", name()).strip("-")  # a Compose project may have names that an image may not


def write_name() -> str:
    """Keep the name in .env; returns the one that was there and is another, or "".

    A folder that was copied or moved brings the name of the other; one whose project was renamed keeps its record.
    """
    path, own = ROOT / ".env", own_name(ROOT)
    before = dotenv.read(path).get(VARIABLE, "")
    dotenv.write(path, variables())
    if before != own and before[-HASH_LETTERS:] == own[-HASH_LETTERS:] and _record(before).exists():
        _record(before).replace(_record(own))
    return before if before != own else ""


def record(kind: str, *identities: str) -> None:
    """Remember what was made: an image's ID, a tag, or the name of a Compose project."""
    known = recorded(kind)
    _append(f"{kind} {identity}\n" for identity in identities if identity not in known)


def forget(kind: str, *identities: str) -> None:
    """Strike out what was removed again; as a line of its own, since others may write at the same time."""
    known = recorded(kind)
    _append(f"-{kind} {identity}\n" for identity in identities if identity in known)


def recorded(kind: str) -> set[str]:
    """What was made and not removed again, as far as it was recorded."""
    path = _record(own_name(ROOT))
    found: set[str] = set()
    for line in path.read_text().splitlines() if path.exists() else []:
        sign, _, identity = line.partition(" ")
        if sign == kind:
            found.add(identity)
        elif sign == f"-{kind}":
            found.discard(identity)
    return found


def _append(lines: Iterable[str]) -> None:
    if text := "".join(lines):
        path = _record(own_name(ROOT))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(text)


def _record(name: str) -> Path:
    # By the checkout's own name: a copy has another, and must not take the record's images for its own.
    return CACHE / "made" / f"{name}.txt"
