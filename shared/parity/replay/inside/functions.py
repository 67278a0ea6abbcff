"""The functions of Python files, each with a digest of its text: one line of JSON.

Arguments are files or folders. Of each file, relative to its argument: by name of a function its first line, its
digest, and its statements, each with first and last line of its own and digest; the empty name is what remains outside
of functions, and runs when the file does. So is a file that cannot be parsed.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

LEFT_OUT = re.compile(r"\..*|__pycache__|(site|dist)-packages|node_modules|python\d.*")
MAX_FILES = 5000
BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
"""Where a statement has others."""


def functions(content: bytes) -> dict[str, Any]:
    """By name."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError):
        return {"": [0, digest([repr(content)]), []]}
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    named = dict(nodes(tree, ""))
    spans = {name: (first(node), getattr(node, "end_lineno", 0)) for name, node in named.items()}
    found = {}
    for name, (start, end) in {"": (1, len(text)), **spans}.items():
        inner = [span for other, span in spans.items() if other.startswith(f"{name}." if name else "")]
        left_out = {line for low, high in inner if (low, high) != (start, end) for line in range(low, high + 1)}
        own = [text[line - 1] for line in range(start, end + 1) if line not in left_out]
        found[name] = [start if name else 0, digest(own), list(statements(named.get(name, tree), text))]
    return found


def statements(parent: Any, text: list[str]) -> Iterator[list[Any]]:
    """Those that run with it, and not when a function in it is called; none that do nothing, such as docstrings."""
    for node in (node for block in BLOCKS for node in getattr(parent, block, ())):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        inner = list(statements(node, text))
        place: Any = node if hasattr(node, "lineno") else node.pattern
        last = max(place.lineno, inner[0][0] - 1) if inner else getattr(place, "end_lineno", place.lineno)
        idle = isinstance(node, (ast.Global, ast.Nonlocal)) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        )
        if not idle:
            yield [place.lineno, last, digest(text[place.lineno - 1 : last])]
        yield from inner


def nodes(parent: ast.AST, prefix: str) -> Iterator[tuple[str, Any]]:
    """All functions below, outer ones first; of two with one name, the second by its line."""
    for node in ast.iter_child_nodes(parent):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            name = prefix + node.name
            yield name, node
            yield from nodes(node, name + ".")
        elif isinstance(node, ast.ClassDef):
            yield from nodes(node, f"{prefix}{node.name}:")
        elif not isinstance(node, ast.expr):
            yield from nodes(node, prefix)


def first(node: Any) -> int:
    """The line that Python calls a function's first: that of its first decorator."""
    line: int = min([node.lineno] + [decorator.lineno for decorator in node.decorator_list])
    return line


def digest(lines: list[str]) -> str:
    """Of lines of text."""
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()


def files(path: str) -> Iterator[str]:
    """Python files at a path or below it."""
    if os.path.isfile(path):
        yield path
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not LEFT_OUT.fullmatch(name))
        yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))


def main() -> None:
    """Print them."""
    found = {}
    for argument in sys.argv[1:]:
        for path in files(argument):
            with open(path, "rb") as file:
                found[path] = functions(file.read())
            if len(found) > MAX_FILES:
                sys.exit(f"more than {MAX_FILES} files of code")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
