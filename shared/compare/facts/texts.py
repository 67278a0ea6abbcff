"""What the system decides about texts: its release, locale and encodings."""

from __future__ import annotations

import codecs
import locale
import platform
import sys
import time
from typing import Any

from . import reading
from .context import Context, Fact


def system(context: Context) -> dict[str, Any]:
    """Release, C library and kernel."""
    text = reading.text("/etc/os-release") or reading.text("/usr/lib/os-release") or ""
    release = dict(line.strip().partition("=")[::2] for line in text.splitlines())
    names = {"id": "ID", "version": "VERSION_ID", "name": "PRETTY_NAME"}
    return {
        **{key: release[name].strip("\"'") if name in release else None for key, name in names.items()},
        "libc": " ".join(platform.libc_ver()),
        "kernel": platform.release(),
    }


def localised(context: Context) -> dict[str, Any]:
    """How texts sort, and numbers and dates look, in the locale of the environment."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        effective = locale.setlocale(locale.LC_ALL, "")
        numbers = locale.localeconv()
        return {
            "effective": effective,
            "collation": "".join(sorted("aAbBzZäÄéñ_-1", key=locale.strxfrm)),
            "decimal_point": numbers["decimal_point"],
            "thousands": numbers["thousands_sep"],
            "dates": time.strftime("%x %X %A %B %p", time.gmtime(1357041600)),
        }
    finally:
        locale.setlocale(locale.LC_ALL, before)


def encoding(context: Context) -> dict[str, Any]:
    """Of texts, of names of files, and of files that are opened without one."""
    return {
        "default": codecs.lookup(sys.getdefaultencoding()).name,
        "filesystem": codecs.lookup(sys.getfilesystemencoding()).name,
        "open": codecs.lookup(locale.getpreferredencoding(False)).name,
    }


FACTS = (
    Fact("system", "os-release and platform", system),
    Fact("locale", "locale.setlocale, locale.strxfrm, locale.localeconv, time.strftime", localised),
    Fact("encoding", "sys and locale", encoding),
)
