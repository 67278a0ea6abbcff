"""Python source, as ruff would format it."""

import json
import re
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

WIDTH = 120


def literal(value: Any) -> str:
    """A value as source, texts in double quotes."""
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
        return f"'{value}'" if '"' in value and "'" not in value and "\\" not in value else text
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' * (len(value) == 1)})"
    return repr(value).replace("e+", "e") if isinstance(value, float) else repr(value)


def wrapped(value: str, indent: int) -> str:
    """A text as source, in parts on a line each if it is too long for one.

    Args:
        indent: of the lines, in spaces.
    """
    if len(literal(value)) + indent < WIDTH:
        return literal(value)
    parts = [""]
    for word in re.findall(r"\S*\s*", value)[:-1]:
        for part in (word[at : at + WIDTH // 2] for at in range(0, len(word), WIDTH // 2)):
            if len(literal(parts[-1] + part)) + indent >= WIDTH:
                parts.append("")
            parts[-1] += part
    return f"\n{' ' * indent}".join(map(literal, parts))


def call(value: Any) -> str:
    """A frozen dataclass as the call that makes it, without what is as by default."""
    given = [
        f"{field.name}={literal(getattr(value, field.name))}"
        for field in fields(value)
        if getattr(value, field.name) != field.default
    ]
    return f"{type(value).__name__}({', '.join(given)})"


def bracketed(
    before: str, parts: Sequence[str], after: str, indent: int = 0, trailing: bool = False, comma: str = ","
) -> str:
    """Parts in brackets, on one line if it is short enough, else on a line each.

    Args:
        before, after: the line up to the opening bracket and with it; from the closing one on.
        indent: of that line, in spaces.
        trailing: whether one line would end in a comma, as a tuple of one does.
        comma: behind each part that has a line; "" for a comprehension.
    """
    line = f"{before}{', '.join(parts)}{',' * (trailing and len(parts) == 1)}{after}"
    if len(line) + indent < WIDTH and "\n" not in line:  # a comma may follow
        return line
    return spread(before, parts, after, indent, comma)


def spread(before: str, parts: Sequence[str], after: str, indent: int, comma: str = ",") -> str:
    """The same, on a line each in any case."""
    space = " " * (indent + 4)
    return "\n".join([before, *(f"{space}{part}{comma}" for part in parts), " " * indent + after])


def comment(text: str, indent: int = 0) -> str:
    """One line, cut where it would be too long."""
    line = f"# {' '.join(text.split())}"
    return line if len(line) + indent <= WIDTH else f"{line[: WIDTH - indent - 1]}…"
