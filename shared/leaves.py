"""Which leaf of each tree a row comes to, by bits instead of walks (QuickScorer: Lucchese et al., SIGIR 2015).

Of every tree there are words with a bit for each leaf, from left to right. A node that sends a row to the right rules
out the leaves on its left, and what is left of the words begins with the leaf that the row comes to. What a value rules
out is the same whatever the others are, so it is looked up: one line of the table for each interval between thresholds.
A walk reads thousands of nodes from all over the memory; this reads as many lines, each in one piece, as there are
columns.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from shared.columns import Columns
from shared.compiled import Category, Form, Trees, width
from shared.target import Scores

BITS = 64
"""Of a word; trees of at most half as many leaves have words of half as many."""
MOST_BYTES = 128 << 20
"""Of the table; 300 trees of 31 leaves need 2 MB, of 255 leaves 22."""
AT_ONCE = 32
"""Rows: what they look up stays in the CPU's cache."""
MANY = 100
"""Rows, from which on numpy looks numbers up sooner than `bisect` does; they find the same."""


class Leaves:
    """The trees of a form, by bits.

    Args:
        form: one that `compiled.read` gave, or that is right by construction.

    Raises:
        ValueError: there are no trees, or their table would be too large.
    """

    def __init__(self, form: Form) -> None:
        if not fits(form):
            raise ValueError(f"{len(form.trees.sizes)} trees of up to {max(form.trees.sizes, default=0)} nodes")
        self._form = form
        firsts, counts = _leaves(form.trees)
        trees = form.trees
        sizes = np.array(trees.sizes)
        tree = np.repeat(np.arange(len(sizes)), sizes)
        start = np.repeat(np.cumsum(sizes) - sizes, sizes)
        left = np.array(trees.left)
        inner = np.flatnonzero(left)
        child = left[inner] + start[inner]
        widest = int(counts.max())
        self._words = _words(widest)
        rules_out = ~_bits(firsts[child], counts[child], self._words).astype(_kind(widest))
        column = np.array(trees.column)[inner]
        threshold = np.array([np.inf if each is None else each for each in trees.threshold])[inner]
        misses = np.flatnonzero(~np.array(trees.missing_left)[inner])

        self._thresholds = [
            np.unique(threshold[(column == each) & np.isfinite(threshold)]).tolist()
            for each in range(sum(map(width, form.inputs)))
        ]
        lengths = np.array([len(each) + 2 for each in self._thresholds])
        self._lines = (np.cumsum(lengths) - lengths).tolist()
        table = np.full((int(lengths.sum()), len(sizes), self._words), ~rules_out.dtype.type(0))
        for number, (known, line) in enumerate(zip(self._thresholds, self._lines, strict=True)):
            own = np.flatnonzero((column == number) & np.isfinite(threshold))
            above = line + 1 + np.searchsorted(known, threshold[own])
            np.bitwise_and.at(table, (above, tree[inner][own]), rules_out[own])
            block = table[line : line + len(known) + 1]
            np.bitwise_and.accumulate(block, axis=0, out=block)
            absent = misses[column[misses] == number]
            missing = np.full(len(absent), line + len(known) + 1)
            np.bitwise_and.at(table, (missing, tree[inner][absent]), rules_out[absent])
        self._table = table.reshape(len(table), -1)

        leaf = np.flatnonzero(left == 0)
        self._values = np.zeros(len(sizes) * widest)
        self._values[tree[leaf] * widest + firsts[leaf]] = np.array(trees.value)[leaf]
        self._first = np.arange(len(sizes)) * widest
        self._baseline = np.array(form.baseline)
        self._inputs = list(self._looked_up_by())

    def sums(self, columns: Columns) -> Scores:
        """What the trees of rows add up to, in the order of the trees; shape (rows, outputs)."""
        lines = np.array(list(self._looked_up(columns)), dtype="intp")
        outputs = len(self._baseline)
        total: Scores = np.empty((lines.shape[1], outputs))
        for start in range(0, len(total), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            # All places are within: `take` need not look, and is twice as fast as an index.
            left = np.bitwise_and.reduce(self._table.take(lines[:, some], axis=0, mode="clip"), axis=0)
            leaf = _first(left.reshape(len(left), -1, self._words))
            found = self._values.take(self._first + leaf, mode="clip").reshape(len(left), -1, outputs)
            found[:, 0] += self._baseline
            total[some] = found.cumsum(axis=1)[:, -1]  # one by one: numpy's `sum` adds in another order
        return total

    def _looked_up(self, columns: Columns) -> Iterator[Sequence[int] | npt.NDArray[np.intp]]:
        """The lines of the table for each of its columns, one for each row."""
        for column, known, thresholds, line, missing in self._inputs:
            values = columns[column]
            if known:
                found = [known.get(value, known[...]) for value in values]
                yield from zip(*found, strict=True) if found else [()] * len(known[...])
            elif len(values) >= MANY:
                numbers = np.array(values, dtype="float64")
                places = line + np.searchsorted(thresholds, numbers)
                yield np.where(np.isnan(numbers), missing, places)
            else:
                yield [
                    missing if value is None or value != value else line + bisect_left(thresholds, value)
                    for value in values
                ]

    def _looked_up_by(self) -> Iterator[tuple[str, dict[Any, tuple[int, ...]], list[float], int, int]]:
        """Of each input its column, the lines of a category's values (of any other: `...`), and of a number's."""
        number = 0
        for each in self._form.inputs:
            thresholds, line = self._thresholds[number], self._lines[number]
            codes: dict[Any, Sequence[float]] = {}
            if isinstance(each, Category):
                codes = {None: each.missing, ...: each.unknown, **each.codes}
            known = {value: self._of_codes(number, code) for value, code in codes.items()}
            yield each.column, known, thresholds, line, line + len(thresholds) + 1
            number += width(each)

    def _of_codes(self, first: int, codes: Sequence[float]) -> tuple[int, ...]:
        places = enumerate(codes, start=first)
        return tuple(self._lines[place] + bisect_left(self._thresholds[place], code) for place, code in places)


def fits(form: Form) -> bool:
    """Whether there are trees, and their table is not too large."""
    sizes = form.trees.sizes
    lines = len({*zip(form.trees.column, form.trees.threshold, strict=True)}) + 2 * sum(map(width, form.inputs))
    most = (max(sizes, default=0) + 1) // 2  # leaves
    return most > 0 and lines * len(sizes) * _words(most) * 8 <= MOST_BYTES


def _words(leaves: int) -> int:
    return -(-leaves // BITS)


def _kind(leaves: int) -> Any:
    return np.uint32 if leaves <= BITS // 2 else np.uint64


def _bits(first: npt.NDArray[np.int64], count: npt.NDArray[np.int64], words: int) -> npt.NDArray[np.uint64]:
    """So many bits from the first on; shape (n, words)."""
    ones = np.array([(1 << number) - 1 for number in range(BITS + 1)], dtype="uint64")
    start = first[:, None] - BITS * np.arange(words)
    bits: npt.NDArray[np.uint64] = ones[(start + count[:, None]).clip(0, BITS)] ^ ones[start.clip(0, BITS)]
    return bits


def _first(words: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Which bit is the first that is left; shape (…, words) becomes (…)."""
    zeros = np.bitwise_count(~words & (words - 1))  # before the first bit; of a word without any, all of it
    found: npt.NDArray[Any] = zeros[..., -1]
    for word in reversed(range(words.shape[-1] - 1)):
        found = np.where(words[..., word], zeros[..., word], found + np.intp(BITS))
    return found


def _leaves(trees: Trees) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Of each node, the first leaf below it, counted in its tree from the left, and how many there are."""
    counts, firsts = [1] * len(trees.left), [0] * len(trees.left)
    start = 0
    for size in trees.sizes:
        for node in range(start + size - 1, start - 1, -1):  # a child comes after its parent
            if trees.left[node]:
                counts[node] = counts[start + trees.left[node]] + counts[start + trees.right[node]]
        for node in range(start, start + size):
            if trees.left[node]:
                firsts[start + trees.left[node]] = firsts[node]
                firsts[start + trees.right[node]] = firsts[node] + counts[start + trees.left[node]]
        start += size
    return np.array(firsts), np.array(counts)
