"""A compiled form is read as data from somebody unknown: what cannot be walked is refused before it is evaluated."""

from typing import Any

import msgspec
import pytest

from dev import compiling
from shared import compiled
from shared.artifact import Model
from shared.compiled import Form


@pytest.fixture(scope="module")
def form(model: Model) -> Form:
    """That of the tiny model."""
    return compiling.compiled(model.pipeline)


def changed(form: Form, **fields: Any) -> bytes:
    """The file, with some of its fields changed, those of trees by their name."""
    record = msgspec.to_builtins(form)
    for name, value in fields.items():
        (record["trees"] if name in record["trees"] else record)[name] = value
    return msgspec.json.encode(record)


def test_what_is_written_is_read(form: Form) -> None:
    """To the last bit, infinite thresholds too."""
    assert compiled.read(compiled.write(form)) == form


def edits(form: Form) -> dict[str, dict[str, Any]]:
    """Files that lie, by what is wrong with them."""
    trees = form.trees
    first, *others = msgspec.to_builtins(form.inputs)
    inner = next(node for node, left in enumerate(trees.left) if left)

    def put(name: str, value: Any, node: int = inner) -> dict[str, Any]:
        values = list(getattr(trees, name))
        values[node] = value
        return {name: values}

    return {
        "a child outside": put("left", 2**30),
        "a child in the next tree": put("right", trees.sizes[0]),
        "a cycle": put("right", 0, inner + 1) | put("left", 0),
        "a child twice": put("left", trees.right[inner]),
        "a negative child": put("left", -1),
        "a column outside": put("column", 19),
        "a huge column": put("column", 2**40),
        "a threshold that is text": put("threshold", "1"),
        "fewer values than nodes": {"value": trees.value[:-1]},
        "sizes of more nodes": {"sizes": [*trees.sizes, 3]},
        "an empty tree": {"sizes": [0, *trees.sizes]},
        "no baseline": {"baseline": []},
        "two outputs of one": {"baseline": [0.0, 0.0]},
        "an order of more": {"order": [0, 1]},
        "another link": {"link": "identity"},
        "an unknown link": {"link": "exec"},
        "another format": {"format": 2},
        "a column of nobody": {"inputs": [{"type": "number", "column": "x"}, *others]},
        "codes of two lengths": {"inputs": [{**first, "codes": {"UA": [1.0, 2.0]}}, *others]},
    }


def test_a_form_that_lies_is_refused(form: Form) -> None:
    """Each edit by itself; the form as it was is read."""
    assert compiled.read(changed(form)) == form
    for name, edit in edits(form).items():
        with pytest.raises(ValueError):
            compiled.read(changed(form, **edit))
            pytest.fail(name)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\x80\x04", b"\xff" * 100, b"[" * 100_000])
def test_damage_is_refused(content: bytes) -> None:
    """Whatever is no JSON of that form."""
    with pytest.raises((ValueError, RecursionError)):
        compiled.read(content)


def test_numbers_are_finite(form: Form) -> None:
    """JSON has neither NaN nor infinity, so no value is either."""
    content = compiled.write(form).replace(b'"baseline":[', b'"baseline":[1e999,')
    with pytest.raises(ValueError):
        compiled.read(content)
