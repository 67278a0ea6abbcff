"""Paths that the code, its settings files, scripts and variables name, and where libraries keep what they download."""

from __future__ import annotations

import glob
import os
import re
from typing import Iterator

from . import reading
from .code import items, texts
from .context import Context, once, printable
from .entry import entry, paths
from .imports import imports, reached
from .naming import MAX_BYTES, MAX_SETTINGS, SETTINGS
from .places import LEFT_OUT, SHALLOW, SYSTEM, roots, walk

DOWNLOADS = (
    *(
        "~/.cache/*",
        "~/.keras",
        "~/nltk_data",
        "~/.insightface",
        "~/.EasyOCR",
        "~/.flair",
        "~/stanza_resources",
        "~/.u2net",
    ),
    *("~/.paddleocr", "~/.paddlenlp", "~/.deepface", "/usr/share/nltk_data", "/usr/local/share/nltk_data"),
    *("/usr/lib/nltk_data", "/usr/local/lib/nltk_data", "/nltk_data"),
)
"""Where libraries look for models and data by themselves."""
ABOVE = 3
"""Folders above one of code in which it looks for others."""
OF_TOOLS = re.compile(
    r"pip|uv|pypoetry|pdm|hatch|virtualenv|matplotlib|fontconfig|pre-commit|mypy|ruff|black|node.*|npm|yarn|go-build|mesa.*"
    r"|gstreamer.*|jedi|pylint|conda.*|mamba|bazel.*|ccache|deno|apt.*|motd.*|thumbnails|dconf|numba|nv|nvidia|triton|cupy|pytools"
)
"""Caches that tools fill."""
LIBRARIES = ("/usr/local/lib", "/usr/lib", "/lib", "/usr/lib/*-linux-gnu*", "/lib/*-linux-gnu*")
OF_PROJECTS = re.compile(
    r"pyproject\.toml|setup\.(cfg|py)|(tox|mypy|pytest)\.ini|requirements.*|constraints.*|(readme|license|changelog|notice).*"
    r"|dockerfile.*|makefile|compose.*|docker-compose.*|package(-lock)?\.json|uv\.lock|poetry\.lock|environment\.ya?ml",
    re.IGNORECASE,
)
"""Files of tools, whose names stand in much code that does not serve."""
NOT_SERVING = ("setup.py", "conftest.py", "noxfile.py", "tasks.py")
PRELOADED = "/etc/ld.so.preload"
OF_EVERY_IMAGE = re.compile(
    r"/(usr/)?s?bin/.*|/usr/local/s?bin/.*|/(proc|sys|dev|run)/.*|/var/run/.*|/usr/(local/)?share/(zoneinfo|ca-certificates|fonts|i18n"
    r"|locale|mime|misc|doc|man|info|perl.*|common-licenses|base-.*|dpkg|bash-.*)/.*|/etc/(ssl|pki|passwd|group|shadow|hosts"
    r"|hostname|resolv\.conf|localtime|timezone|os-release|mtab|nsswitch.*|mime.types|services|protocols|ld\.so\..*|fonts)(/.*)?"
    r"|/usr/lib/(os-release|locale/.*)|.*/(site|dist)-packages/.*|/usr/lib/python3.*|/usr/local/lib/python3.*"
)
"""Files of the system, which code may name without computing anything from what they hold."""


@once
def named(context: Context) -> list[str]:
    """Files and folders whose paths stand somewhere, absolute; they need not exist."""
    in_code = list(_in_code(context))
    pieces = _in_pieces(context, in_code)
    return [*in_code, *pieces, *_in_settings(context), *_in_scripts(context), *_imported(context)]


def _imported(context: Context) -> Iterator[str]:
    """Folders that are not looked into, such as `tests`, but that code imports from."""
    for name in filter(LEFT_OUT.fullmatch, imports(context)):
        yield from (os.path.join(root, name) for root in roots(context))


def _in_settings(context: Context) -> Iterator[str]:
    path = re.compile(rb"""(?:^|[\s"'=:,;(\[<])((?:/[\w.@+-]+){2,}/?)""", re.MULTILINE)
    settings = [item for item in walk(context) if item.path.endswith(SETTINGS) and item.size <= MAX_BYTES]
    for item in settings[:MAX_SETTINGS]:
        yield from map(os.fsdecode, path.findall(reading.data(context, item.path, MAX_BYTES)))


def _in_scripts(context: Context) -> Iterator[str]:
    for line in context.scripts:
        for word in re.findall(r"[\w.@+/*-]+", line):
            found = os.path.join(context.folder, word)
            if re.search(r"[/.]", word) and re.search(r"\w", word):
                yield from sorted(glob.glob(found)) if "*" in word else [found]


def _in_code(context: Context) -> Iterator[str]:
    """Paths in quotes in the code: absolute ones, and those that lead out of its folder, or to what is hidden in it."""
    quoted = re.compile(rb"""(["'])((?:/|\.|~/)[^"'\n{}*<>|?:]{2,200})\1""")
    for text in texts(context):
        for match in quoted.finditer(text.source):
            path = os.path.expanduser(os.fsdecode(match[2]))
            if not re.search(r"\w", path):
                continue
            yield os.path.join(context.folder, path)
            if path.startswith("."):
                yield from (os.path.join(root, os.path.dirname(text.key), path) for root in roots(context))


def _in_pieces(context: Context, whole: list[str]) -> Iterator[str]:
    """Paths that code puts together: a name in quotes, in a folder of the system or in one above the code."""
    sources = [text.source for text in texts(context)]
    words = {os.fsdecode(word) for source in sources for word in re.findall(rb"""["']([\w.@+-]{2,100})["']""", source)}
    folders = {os.path.normpath(path) for path in whole if SHALLOW.fullmatch(os.path.normpath(path))} - {"/"}
    if any(re.search(rb"parent|dirname|pardir", source) for source in sources):
        for root in roots(context):
            above = [os.path.dirname(root)]
            while above[-1] != "/" and len(above) < ABOVE:
                above.append(os.path.dirname(above[-1]))
            folders.update(folder for folder in above if folder == "/" or not SHALLOW.fullmatch(folder))
    for folder in sorted(folders):
        for name in reading.names(folder):
            if name in words and not LEFT_OUT.fullmatch(name) and not (folder == "/" and name in SYSTEM):
                yield os.path.join(folder, name)


@once
def certain(context: Context) -> list[str]:
    """Of these what is compared wherever it lies: files that are named in full, native libraries, downloads."""
    found = [path for path in named(context) if path.startswith("/") and os.path.isfile(path)]
    found = [path for path in found if not OF_EVERY_IMAGE.fullmatch(os.path.realpath(path))]
    found += filter(os.path.isfile, [PRELOADED, *re.split(r"[:\s]", context.variables.get("LD_PRELOAD", ""))])
    found += [folder for folder in context.variables.get("LD_LIBRARY_PATH", "").split(":") if _is_own(folder)]
    found += _libraries(context)
    for place in DOWNLOADS:
        found += [
            path for path in glob.glob(os.path.expanduser(place)) if not OF_TOOLS.fullmatch(os.path.basename(path))
        ]
    return sorted({os.path.realpath(path) for path in found if os.path.exists(path)})


def _is_own(folder: str) -> bool:
    """Whether a folder of libraries is none of the system's, of CUDA's or of an environment."""
    return os.path.isdir(folder) and not re.match(r"/(usr|lib\w*|opt/(nvidia|conda))(/|$)|.*/site-packages", folder)


def _libraries(context: Context) -> Iterator[str]:
    """Native libraries that code loads by name (ctypes, cffi)."""
    names: set[bytes] = set()
    for text in texts(context):
        names.update(re.findall(rb"""["'](lib[\w.+-]+\.so[\w.]*)["']""", text.source))
        names.update(
            b"lib" + name + b".so*" for name in re.findall(rb"""find_library\(\s*["']([\w.+-]+)["']""", text.source)
        )
    for name in sorted(names):
        for folder in LIBRARIES:
            yield from glob.glob(os.path.join(folder, os.fsdecode(name)))


@once
def _quoted(context: Context) -> set[str]:
    """Texts in quotes in the code that serves."""
    quoted = re.compile(rb"""["']([^"'\n<>|]{1,200})["']""")
    known = reached(context)
    return {
        os.fsdecode(match)
        for text in texts(context)
        if (printable(text.key) in known if known else os.path.basename(text.key) not in NOT_SERVING)
        for match in quoted.findall(text.source)
    }


@once
def folders(context: Context) -> set[str]:
    """Names of folders in such texts, up to what the code fills in, and endings of files that it looks for."""
    found: set[str] = set()
    for text in _quoted(context):
        *parts, last = re.split(r"[{*?]", text)[0].split("/")
        found.update(parts, [last] if last == text else [])
        ending = re.fullmatch(r".*\*(\.\w+)", text)
        found |= {ending[1]} if ending else set()
    return {name for name in found if re.search(r"\w", name)}


@once
def mentioned(context: Context) -> set[str]:
    """Names of files that stand in quotes in the code."""
    there = {os.path.basename(item.path) for item in items(context)}
    known = reached(context)
    found = {text.rpartition("/")[2] for text in _quoted(context) if not re.search(r"[{}*]", text)}
    found |= {os.path.basename(path) for path in paths(context, entry(context))}
    if known is None:
        found = {name for name in found if not OF_PROJECTS.fullmatch(name)}
    return {name for name in found if "." in name.strip(".")} - there
