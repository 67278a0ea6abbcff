"""What supervisord starts, by its configuration (supervisord.org, "Configuration File")."""

from __future__ import annotations

import configparser
import fnmatch
import os
import re
import shlex
from typing import Callable, Mapping

PLACES = ("supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf")


def programs(
    path: str,
    words: list[str],
    folder: str,
    env: Mapping[str, str],
    head: Callable[[str], bytes | None],
    names: Callable[[str], list[str]],
) -> list[tuple[tuple[str, ...], dict[str, str], str]] | None:
    """The programs of its configuration, each with variables and folder; None if there is none that can be read."""
    places = [word for flag, word in zip(words, words[1:]) if flag in ("-c", "--configuration")]
    beside = os.path.dirname(os.path.dirname(path))
    for place in places or [*(os.path.join(beside, place) for place in PLACES[:2]), *PLACES]:
        text = head(os.path.join(folder, place))
        if text is not None:
            return _read(os.path.join(folder, place), text, folder, env, head, names)
    return None


def _read(
    path: str,
    text: bytes,
    folder: str,
    env: Mapping[str, str],
    head: Callable[[str], bytes | None],
    names: Callable[[str], list[str]],
) -> list[tuple[tuple[str, ...], dict[str, str], str]] | None:
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", " #"), strict=False)
    try:
        parser.read_string(text.decode(errors="replace"))
        for pattern in parser.get("include", "files", fallback="").split():
            where, name = os.path.split(os.path.join(os.path.dirname(path), pattern))
            for found in sorted(fnmatch.filter(names(where), name)):
                parser.read_string((head(os.path.join(where, found)) or b"").decode(errors="replace"))
        started = [parser[name] for name in parser.sections() if name.startswith(("program:", "fcgi-program:"))]
        shared = _variables(parser.get("supervisord", "environment", fallback=""), env)
        return [
            (
                tuple(shlex.split(_expanded(one.get("command", ""), env))),
                {**env, **shared, **_variables(one.get("environment", ""), env)},
                os.path.join(folder, _expanded(one.get("directory", folder), env)),
            )
            for one in started
        ]
    except (configparser.Error, ValueError):
        return None


def _variables(text: str, env: Mapping[str, str]) -> dict[str, str]:
    pairs = re.findall(r"""([A-Za-z_]\w*)\s*=\s*("[^"]*"|'[^']*'|[^,\s]*)""", text)
    return {name: _expanded(value.strip("\"'"), env) for name, value in pairs}


def _expanded(text: str, env: Mapping[str, str]) -> str:
    return re.sub(r"%\(ENV_(\w+)\)s", lambda match: env.get(match[1], ""), text).replace("%%", "%")
