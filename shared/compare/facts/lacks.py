"""Modules that the code of the command needs, and that this Python does not have: then another one serves."""

from __future__ import annotations

import ast
import importlib.util

from .code import texts
from .context import Context, Fact, printable
from .imports import entries, named, reached


def lacks(context: Context) -> list[str]:
    """First names of modules that are imported as soon as that code is, whatever else happens."""
    files = set(reached(context) or entries(context))
    needed: set[str] = set()
    for text in texts(context):
        if printable(text.key) in files and text.source:
            needed |= _needed(text.source)
    return sorted(name for name in needed if name not in named(context) and not importable(name))


def _needed(source: bytes) -> set[str]:
    """What a file imports at its top, outside of any condition."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    found = {alias.name for node in statements if isinstance(node, ast.Import) for alias in node.names}
    found |= {node.module for node in statements if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.split(".")[0] for name in found}


def importable(name: str) -> bool:
    """Whether a module is one of Python or of the folders of packages."""
    try:
        return importlib.util.find_spec(name.split(".")[0]) is not None
    except (ImportError, ValueError, AttributeError):
        return False


FACTS = (Fact("lacks", "ast, importlib: modules that the code of the command imports, and this Python lacks", lacks),)
