"""Installed distributions, as their metadata on sys.path describes them.

importlib.metadata gives up on a file that is not UTF-8, takes what pip leaves behind (`~umpy-1.0.dist-info`)
for installed, and imports a mail parser first; the formats are simple (PEP 376, 566, 610).
"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from typing import Any, Iterator
from urllib.parse import unquote, urlparse

from . import masks, reading
from .context import Context, once

UNUSED = re.compile(
    r"^(\.\.|/|bin/|Scripts/)|(^|/)(tests?|__pycache__)/|\.(dist|egg)-info(/|$)"
    r"|\.(a|c|cc|cpp|h|hpp|map|pxd|pxi|pyx|pyi|tp|md|rst|typed)$"
)
"""Files that no program uses: tests, headers, documentation."""

EXTRAS = re.compile(
    r"(dev|tests?$|testing|docs?$|lint|build|typ(es|ing)|bench|examples?$|all$|maint|aws|gcp|fss|azure|s3|excel|html|xml"
    r"|sql|postgres|mysql|plot|viz|hdf|spss|clip|output|cli$|notebook|jupyter|rich$|colou?r|progress)",
    re.IGNORECASE,
)
"""Extras of developers, and those that only read, write or draw."""


class Distribution:
    """One installed distribution.

    Attributes:
        folder: what its files are relative to.
        name: normalised.
        modules: names that can be imported of it.
    """

    def __init__(self, folder: str, path: str) -> None:
        self.folder = folder
        self._path = path
        text = next(filter(None, map(self.read, ("METADATA", "PKG-INFO", ""))), "")
        self._head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
        self.name = normal(next(iter(self._headers("Name")), ""))
        self.version = next(iter(self._headers("Version")), "unknown")

    def read(self, name: str) -> str | None:
        """One of its files of metadata; None if it is not there."""
        return reading.text(os.path.join(self._path, name) if name else self._path)

    def _headers(self, header: str) -> list[str]:
        """All values of a header, read without parsing the rest, which takes long."""
        return [value.strip() for value in re.findall(rf"^{header}:(.*)$", self._head, re.MULTILINE)]

    @functools.cached_property
    def files(self) -> list[str]:
        """What it installed to be used, relative to its folder: no tests, headers or documentation."""
        names = set(self.recorded or self._below())
        return sorted(
            name
            for name in names
            if name and not UNUSED.search(name) and not (name[-4:] == ".pyc" and name[:-1] in names)
        )

    @functools.cached_property
    def recorded(self) -> list[str]:
        """All that an installer wrote down, relative to its folder; nothing if it wrote nothing down."""
        record = self.read("RECORD")
        if record:
            return [line.rpartition(",")[0].rpartition(",")[0].strip('"') for line in record.splitlines()]
        place = os.path.basename(self._path)
        lines = (self.read("installed-files.txt") or "").splitlines()
        return [os.path.normpath(os.path.join(place, line)) for line in lines]

    def _below(self) -> list[str]:
        """Files of the modules that it says are its own: Debian keeps no record."""
        found = []
        for top in (self.read("top_level.txt") or self.name.replace("-", "_")).split():
            found += [top + ".py"] if os.path.isfile(os.path.join(self.folder, top + ".py")) else []
            for where, _, names in os.walk(os.path.join(self.folder, top)):
                found += [os.path.relpath(os.path.join(where, name), self.folder) for name in names]
        return found

    @functools.cached_property
    def modules(self) -> list[str]:
        """Names that can be imported."""
        return sorted({name.split("/")[0].split(".")[0] for name in self.files if re.search(r"\.(pyc?|so)$", name)})

    def content(self, name: str) -> bytes:
        """SHA-256 of one of its files, or of the byte code in its place; empty if there is none."""
        path = self.folder + "/" + name
        return reading.content(path) or (reading.content(path + "c") if name.endswith(".py") else b"")

    @property
    def requires(self) -> list[str]:
        """Names of requirements; those of an extra get a question mark, and of some extras are left out."""
        lines = self._headers("Requires-Dist") or list(self._egg_requires())
        return sorted(set(_requirements(lines)))

    def _egg_requires(self) -> Iterator[str]:
        extra = ""
        for line in (self.read("requires.txt") or "").splitlines():
            section = re.fullmatch(r"\[([^:\]]*).*\]", line.strip())
            if section:
                extra = section[1]
            elif line.strip():
                yield line + (f"; extra == '{extra}'" if extra else "")

    def unpublished(self, context: Context) -> bool:
        """Whether it was built from a folder or a file here, and has none of what an index asks for."""
        local = self.origin(context)[0].startswith("file:") and self.read("INSTALLER") != "conda"
        return local and not self._headers("Classifier")

    def origin(self, context: Context) -> tuple[str, str | None]:
        """Where it came from (a URL, or the installer's name), and the folder that it was installed from as it is."""
        text = self.read("direct_url.json")
        try:
            direct: dict[str, Any] = json.loads(text) if text else {}
            url = direct.get("url")
            editable = (direct.get("dir_info") or {}).get("editable")
        except (ValueError, AttributeError) as error:
            context.problem(f"direct_url.json of {self.name}", error)
            url, editable = "direct_url.json cannot be read", None
        source = masks.masked(str(url)) if url else self.read("INSTALLER") or "unknown"
        return source, unquote(urlparse(str(url)).path) if url and editable else None


def normal(name: str) -> str:
    """A distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@once
def distributions(context: Context) -> list[Distribution]:
    """All that sys.path holds, in its order."""
    found = []
    for folder in dict.fromkeys(sys.path):
        for name in reading.names(folder or "."):
            if re.search(r"\.(dist|egg)-info$|^EGG-INFO$", name, re.IGNORECASE):
                if name.startswith("~"):
                    context.problem(os.path.join(folder, name), "left behind by an installation that was interrupted")
                    continue
                distribution = Distribution(folder, os.path.join(folder, name))
                found += [distribution] if distribution.name else []
    return found


def _requirements(lines: list[str]) -> Iterator[str]:
    for line in lines:
        extras = re.findall(r"extra\s*==\s*['\"]([^'\"]+)['\"]", line)
        match = re.match(r"[A-Za-z0-9._-]+", line)
        if match and not (extras and all(map(EXTRAS.match, extras))):
            yield normal(match.group()) + ("?" if extras else "")
