"""Are answers of equal values written alike? Order of keys, types of numbers (1 against 1.0), spacing, escapes.

Who reads an answer as bytes, by position, or into typed fields, sees the difference.
"""

import re
from collections.abc import Sequence
from typing import Any

from shared.compare.report import Finding, Severity
from shared.parity.replay.answers import Answer

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(\.\d+)?([eE][+-]?\d+)?|[\s\S]')
SHOWN = 80


def compare(ours: Sequence[Answer], theirs: Sequence[Answer], rows: Sequence[int]) -> list[Finding]:
    """No finding, or one: of these rows, whose values are alike."""
    differ = [row for row in rows if written(ours[row].text) != written(theirs[row].text)]
    if not differ:
        return []
    first = differ[0]
    one, other = ours[first], theirs[first]
    return [
        Finding(
            "predictions",
            f"{len(differ)} of {len(ours)} golden answers have another shape",
            *_shown(one.text, other.text),
            Severity.BREAKS,
            f"the values agree, but {_how(one, other)}, first in the answer to request {first + 1}; whoever reads the "
            "bytes, or the fields in order, gets something else",
            "make what writes the answer the same on both sides",
            effect=None,
            details={"rows": len(ours), "shape": len(differ), "how": _how(one, other)},
        )
    ]


def written(text: str) -> str:
    """A text of JSON with each number replaced by its type."""
    return TOKEN.sub(_token, text)


def _token(found: "re.Match[str]") -> str:
    text = found[0]
    if text[0] not in "-0123456789" or text == "-":
        return text
    return "\0float" if found[1] or found[2] else "\0int"


def _how(one: Answer, other: Answer) -> str:
    if _keys(one.value) != _keys(other.value):
        return "keys come in another order"
    if _types(one.value) != _types(other.value):
        return "numbers are of another type"
    return "the text is written otherwise"


def _keys(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, _keys(inner)) for key, inner in value.items()]
    return [_keys(inner) for inner in value] if isinstance(value, list) else None


def _types(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _types(inner) for key, inner in value.items()}
    return [_types(inner) for inner in value] if isinstance(value, list) else type(value)


def _shown(one: str, other: str) -> tuple[str, str]:
    """Both, from a little before where they part."""
    pairs = enumerate(zip(one, other, strict=False))
    at = next((place for place, (x, y) in pairs if x != y), min(len(one), len(other)))
    start = max(0, at - SHOWN // 2)
    ours, theirs = (f"{'…' * bool(start)}{text[start : start + SHOWN]}" for text in (one, other))
    return ours or "nothing", theirs or "nothing"
