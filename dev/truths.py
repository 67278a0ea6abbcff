"""What happened to rows: bool, text or float, as the target has it, with the standard words for what it is not."""

import collections
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.problem.target import ROWS, TARGET
from shared.target import Binary, Labels, Multiclass, Target

PARTS = 10
"""Of all truths that are numbers, from the smallest tenth to the largest."""


def expected(truth: object, target: Target = TARGET) -> str | None:
    """What a truth must be, in words; None if it is that."""
    if isinstance(target, Binary):
        return None if isinstance(truth, bool | np.bool_) else "true or false"
    if isinstance(target, Multiclass):
        return None if truth in target.classes else "one of " + ", ".join(target.classes)
    number = isinstance(truth, int | float | np.number) and not isinstance(truth, bool | np.bool_)
    return None if number and math.isfinite(truth) else f"a number ({target.unit})"  # type: ignore[arg-type]


def array(values: Sequence[Any], target: Target = TARGET) -> Labels:
    """Truths as an array of the target's type; shape (len(values),)."""
    kinds: dict[type[Target], Any] = {Binary: np.bool_, Multiclass: object}
    return np.array(values, dtype=kinds.get(type(target), np.float64))


def strata(truths: Labels, target: Target = TARGET) -> npt.NDArray[np.int_]:
    """The part of all truths that each is in: its class (1 for yes, 0 for no), or the tenth of a number; shape (n,)."""
    if isinstance(target, Binary):
        return truths.astype(int)
    if isinstance(target, Multiclass):
        return numbers(truths, target).astype(int)
    edges = np.quantile(truths, np.linspace(0, 1, PARTS + 1)[1:-1])
    return np.searchsorted(edges, truths, "right")


def numbers(truths: Labels | Sequence[Any], target: Target = TARGET) -> npt.NDArray[np.float64]:
    """Truths as numbers, of a class its place among the classes; NaN where it is None. Shape (n,)."""
    if isinstance(target, Multiclass):
        at: dict[object, float] = {name: float(number) for number, name in enumerate(target.classes)}
        return np.array([at.get(truth, np.nan) for truth in truths], dtype="float64")
    return np.array(truths, dtype="float64")


def counted(truths: Labels, target: Target = TARGET) -> dict[str, int]:
    """How many there are of each class; of a number, how many in all."""
    if isinstance(target, Binary):
        return {target.positive: int(truths.sum()), target.negative: int((~truths).sum())}
    if isinstance(target, Multiclass):
        counts = collections.Counter(truths.tolist())
        return {name: counts[name] for name in target.classes}
    return {ROWS: len(truths)}
