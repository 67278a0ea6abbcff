"""`compiled.json`: a fitted pipeline of boosted trees in a plain form, that can be checked before it is evaluated.

`dev.compiling` derives it from the fitted pipeline, and `shared.scorer` evaluates it. It is JSON of numbers, looked at
one by one before any of them reaches compiled code, so a damaged or hostile file is refused like any other.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta

from shared.columns import CATEGORICAL, NUMERIC
from shared.problem.target import TARGET
from shared.target import Binary, Multiclass

NAME = "compiled.json"
Count = Annotated[int, Meta(ge=0, lt=1 << 31)]


class Number(msgspec.Struct, tag="number", forbid_unknown_fields=True):
    """A column that is taken as it is; a missing value is NaN."""

    column: str


class Category(msgspec.Struct, tag="category", forbid_unknown_fields=True):
    """A column whose values stand for numbers, one or more for each.

    Attributes:
        codes: of values known in training.
        missing: of no value.
        unknown: of any other.
    """

    column: str
    codes: dict[str, list[float]]
    missing: list[float]
    unknown: list[float]


class Trees(msgspec.Struct, forbid_unknown_fields=True):
    """Nodes of all trees, one after the other; children are counted within their tree, and leaves have none (0).

    Attributes:
        sizes: nodes of each tree.
        column: of the table of inputs, that a node compares.
        threshold: values up to it go left; None is infinite, and only missing values are greater.
        missing_left: whether missing values go left.
        value: of a leaf.
    """

    sizes: list[Annotated[int, Meta(ge=1, lt=1 << 31)]]
    column: list[Count]
    threshold: list[float | None]
    missing_left: list[bool]
    left: list[Count]
    right: list[Count]
    value: list[float]


class Form(msgspec.Struct, forbid_unknown_fields=True):
    """What the file holds.

    Attributes:
        inputs: the table that trees compare, from the model's columns.
        baseline: what trees are added to, one number for each output; tree i adds to output i modulo their number.
        link: what is made of the sums.
        order: of the target's columns among the outputs.
    """

    format: Literal[1]
    inputs: list[Number | Category]
    baseline: Annotated[list[float], Meta(min_length=1)]
    trees: Trees
    link: Literal["identity", "exponential", "sigmoid", "softmax"]
    order: list[Count]


def read(content: bytes) -> Form:
    """The form in a file.

    Raises:
        ValueError: it is damaged, or holds trees that cannot be walked.
    """
    form = msgspec.json.decode(content, type=Form)
    for problem in _problems(form):
        raise ValueError(problem)
    return form


def write(form: Form) -> bytes:
    """The same as a file; equal forms are equal bytes."""
    return msgspec.json.encode(form)


def thresholds(form: Form) -> dict[str, list[float]]:
    """What numbers are compared with, by column, in ascending order."""
    names = [name for each in form.inputs for name in [each.column] * width(each)]
    found: dict[str, set[float]] = {each.column: set() for each in form.inputs if isinstance(each, Number)}
    for column, threshold, left in zip(form.trees.column, form.trees.threshold, form.trees.left, strict=True):
        if left and threshold is not None and names[column] in found:
            found[names[column]].add(threshold)
    return {name: sorted(values) for name, values in found.items()}


def width(each: Number | Category) -> int:
    """How many columns of the table an input has."""
    return len(each.unknown) if isinstance(each, Category) else 1


def _problems(form: Form) -> Iterator[str]:
    """What is wrong with it, if anything."""
    for each in form.inputs:
        if each.column not in (CATEGORICAL if isinstance(each, Category) else NUMERIC):
            yield f"{each.column} is no such column of the model"
        if isinstance(each, Category) and {len(code) for code in (each.missing, *each.codes.values())} != {
            len(each.unknown)
        }:
            yield f"codes of {each.column} differ in length"
    outputs = len(form.baseline)
    kind = "sigmoid" if isinstance(TARGET, Binary) else "softmax" if isinstance(TARGET, Multiclass) else "a number"
    if (form.link if form.link in ("sigmoid", "softmax") else "a number") != kind or (outputs > 1) != (
        kind == "softmax"
    ):
        yield f"{outputs} outputs by {form.link} are not what is predicted"
    if sorted(form.order) != list(range(len(TARGET.columns))) or len(form.order) != outputs:
        yield f"the outputs {form.order} of {outputs} are not the {len(TARGET.columns)} scores"
    yield from _of_trees(form.trees, sum(map(width, form.inputs)), outputs)


def _of_trees(trees: Trees, columns: int, outputs: int) -> Iterator[str]:
    lists = (trees.column, trees.threshold, trees.missing_left, trees.left, trees.right, trees.value)
    if {len(each) for each in lists} != {sum(trees.sizes)} or len(trees.sizes) % outputs:
        yield "there are not as many nodes as trees have"
        return
    sizes = np.array(trees.sizes, dtype="int64")
    size = np.repeat(sizes, sizes)
    number = np.arange(len(size)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    left, right, column = (np.array(each, dtype="int64") for each in (trees.left, trees.right, trees.column))
    leaf = left == 0
    for child in (left, right):
        # A child comes after its parent, so no walk can come back.
        wrong = np.where(leaf, child != 0, (child <= number) | (child >= size))
        if wrong.any():
            yield f"a node leads to node {child[wrong][0]}, of {size[wrong][0]}"
    parents = np.concatenate([(child + np.arange(len(size)) - number)[~leaf] for child in (left, right)])
    if len(np.unique(parents)) != len(size) - len(sizes) or len(parents) != len(size) - len(sizes):
        yield "a node has not one parent"
    if (column[~leaf] >= columns).any():
        yield f"a node asks for column {column[~leaf].max()}, of {columns}"
