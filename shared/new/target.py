"""What a column is predicted as: yes or no, one of several classes, or a number."""

from collections import Counter
from dataclasses import dataclass, replace

from dev.delimited import Number, Reading, Text, YesNo
from shared.new.names import words
from shared.new.profile import WORDS, Column
from shared.new.table import TableError

CLASSES = 20
"""Texts that a target may have; more are no classes."""
WHOLE_CLASSES = 10
"""Different whole numbers that are classes; more are numbers."""
LEAST = {"binary": 67, "multiclass": 20, "regression": 100}
"""Rows of each class, or in all: what a part to learn from and one to judge by need."""
POSITIVE = (*(pair.split()[0] for pair in WORDS), "1", "1.0", "positive")
SPOKEN = {"0", "1", "0.0", "1.0", *(word for pair in WORDS for word in pair.split())}
"""Values that say yes or no of the target's name."""


@dataclass(frozen=True)
class Target:
    """What is predicted.

    Attributes:
        kind: binary, multiclass or regression.
        name: of the field.
        header: of the column.
        reading: how its cells are read; into bool, text or a number.
        classes: texts as they are in the file; of yes or no the positive one first.
        empty: how many rows have none, in words; "" if all have one.
    """

    kind: str
    name: str
    header: str
    reading: Reading
    classes: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    empty: str = ""

    @property
    def positive(self) -> str:
        """The positive class, in words."""
        return self._said(self.classes[0], "")

    @property
    def negative(self) -> str:
        """The other, in words."""
        return self._said(self.classes[1], "not ")

    def _said(self, word: str, prefix: str) -> str:
        return f"{prefix}{words(self.name)}" if word.casefold() in SPOKEN else word

    def summary(self) -> str:
        """In a line."""
        return self._kind() + f"; {self.empty}: these rows are left out" * bool(self.empty)

    def _kind(self) -> str:
        if self.kind == "regression":
            return f"{self.name}: a number"
        shares = ", ".join(
            f"{name} {count / sum(self.counts):.1%}" for name, count in zip(self.classes, self.counts, strict=True)
        )
        kind = "yes or no, of which yes is the first" if self.kind == "binary" else "one of several classes"
        return f"{self.name}: {kind}: {shares}"


def infer(column: Column, name: str, positive: str) -> Target:
    """What a column is predicted as.

    Raises:
        TableError: it holds one value, too many texts, or too few rows of a value; `positive` is none of its values.
    """
    counts = _counts(column)
    if counts is not None and len(counts) < 2:
        raise TableError(
            "the target is constant: there is nothing to learn",
            evidence=f"{column.header} is {next(iter(counts), 'empty')!r} in all {column.known:,} rows that have one",
            remedy="TARGET=… of another column, or more rows",
        )
    if positive and (counts is None or positive not in counts):
        raise TableError(
            f"POSITIVE={positive} is no value of the target",
            evidence=f"{column.header} is {_listed(counts)}",
            remedy="POSITIVE=… as it is written in the file",
        )
    if counts is not None and len(counts) > 2 and {cell.casefold() for cell in counts} <= SPOKEN:
        raise TableError(
            "the target says yes and no in more than one way",
            evidence=f"{column.header} is {_listed(counts)}",
            remedy="write it in one way, such as 1 and 0",
        )
    whole = isinstance(column.reading, Number) and (
        column.reading.whole or all(cell.endswith(".0") for cell in counts or ("",))
    )
    if counts is not None and (len(counts) == 2 or positive):
        found = _binary(column, name, counts, positive)
    elif (
        counts is not None
        and len(counts) <= (WHOLE_CLASSES if whole else CLASSES)
        and (whole or not isinstance(column.reading, Number))
    ):
        classes = tuple(sorted(counts))
        found = Target("multiclass", name, column.header, Text(), classes, tuple(counts[each] for each in classes))
    elif isinstance(column.reading, Number):
        found = Target("regression", name, column.header, column.reading)
    else:
        raise TableError(
            "the target is neither a number nor one of a few classes",
            evidence="; ".join(filter(None, (f"{column.header} is {_listed(counts)}", column.misfit()))),
            remedy=f"TARGET=… of a column of numbers, or of at most {CLASSES} texts",
        )
    _enough(found, column)
    return replace(found, empty=column.emptiness())


def _counts(column: Column) -> Counter[str] | None:
    """How often each value occurs; Yes, yes and YES are one."""
    if isinstance(column.reading, YesNo) and column.distinct:
        yes = sum(count for cell, count in column.distinct.items() if column.reading(cell))
        return Counter({column.reading.yes: yes, column.reading.no: column.known - yes})
    return column.distinct


def _binary(column: Column, name: str, counts: Counter[str], positive: str) -> Target:
    if len(counts) != 2:
        raise TableError(
            "the target has more than two values, and POSITIVE is for two",
            evidence=f"{column.header} is {_listed(counts)}",
            remedy="leave out POSITIVE; or make a column of two values",
        )
    rarer = min(counts, key=lambda cell: (counts[cell], cell))
    yes = positive or next((cell for cell in counts if cell.casefold() in POSITIVE), rarer)
    (no,) = counts.keys() - {yes}
    return Target("binary", name, column.header, YesNo(yes, no), (yes, no), (counts[yes], counts[no]))


def _enough(target: Target, column: Column) -> None:
    least = LEAST[target.kind]
    rare = [f"{count} of {name}" for name, count in zip(target.classes, target.counts, strict=True) if count < least]
    if rare or column.known < least:
        raise TableError(
            "there are too few rows to learn from and to judge by",
            evidence=f"{column.header}: {', '.join(rare) or column.known}; at least {least} are needed"
            f"{' of each' * bool(target.classes)}",
            remedy="take more rows, or leave out rare classes",
        )


def _listed(counts: Counter[str] | None) -> str:
    if counts is None:
        return "of thousands of different values"
    most = ", ".join(repr(cell) for cell, _ in counts.most_common(5))
    return f"{most}{f' and {len(counts) - 5:,} more' if len(counts) > 5 else ''}"
