"""A problem as a table states it: what `write` puts into the two folders."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.delimited import Form
from shared.new import fields, leaks, names, profile, split
from shared.new import target as targets
from shared.new.fields import Field
from shared.new.profile import Column
from shared.new.split import Split
from shared.new.table import TableError, form
from shared.new.target import Target

BROKEN = 0.01
"""Share of rows that may be broken."""
ANSWERED = ("unseen", "outside", "row", "answer_id", "request_id")
"""What an answer or an outcome holds beside the target."""
CLASSES = ("broken_rules",)


@dataclass(frozen=True)
class Problem:
    """What was found in a table.

    Attributes:
        rows: of the table; broken: of these, those that cannot be used.
        time: the field that says when a row is; "" for none.
        left_out: columns that are no fields, each with the reason.
        warnings: about fields.
        sample: a row of the table, by field, as JSON values.
    """

    path: Path
    form: Form
    rows: int
    broken: int
    fields: tuple[Field, ...]
    target: Target
    time: str
    split: Split
    left_out: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    sample: dict[str, Any]


def state(path: Path, target: str, time: str, positive: str) -> Problem:
    """Find out what a table's columns are.

    Args:
        target, time: names of columns, as the file has them; `time` may be empty.
        positive: the value of the target that means yes; empty for the likely one.

    Raises:
        TableError: the table cannot be used.
    """
    written, header = form(path)
    for variable, name in (("TARGET", target), ("TIME", time)):
        if name and name not in header:
            raise TableError(
                f"the file has no column {name}",
                evidence=f"{path} has {', '.join(header)}",
                remedy=f"{variable}=… as the header has it",
            )
    columns, rows, broken = profile.columns(path, written, header)
    by_header = {column.header: column for column in columns}
    _check_time(by_header[time] if time else None, rows)
    predicted = by_header[target]
    name = names.field(target, predicted.number, ANSWERED)
    found = targets.infer(predicted, name, positive)
    predicted.reading = found.reading
    return _Rounds(path, written, columns, rows, broken, found, time or None).state()


def _check_time(column: Column | None, rows: int) -> None:
    if column and column.reading not in profile.MOMENTS:
        example = next(iter(column.distinct or ()), "…")
        raise TableError(
            f"TIME={column.header} holds no times",
            evidence=f"such as {example!r}",
            remedy="TIME=… of a column of dates or times in one form (ISO 8601, 31.12.2024 23:59, 12/31/2024 …)",
        )
    if column and column.missing > BROKEN * rows:
        raise TableError(
            f"TIME={column.header} is empty in {column.missing:,} of {rows:,} rows, and each row must have its time",
            evidence=f"{column.missing / rows:.2%}, more than {BROKEN:.0%}",
            remedy="fill it in, or leave out TIME",
        )


class _Rounds:
    """The second round, and what follows from it."""

    def __init__(
        self,
        path: Path,
        written: Form,
        columns: Sequence[Column],
        rows: int,
        broken: dict[str, int],
        target: Target,
        time: str | None,
    ) -> None:
        self.path, self.form, self.columns, self.rows = path, written, columns, rows
        self.broken, self.target, self.time = Counter(broken), target, time
        self.places = {column.header: place for place, column in enumerate(columns)}
        self.relations = {column.header: leaks.Relation() for column in columns}
        self.days: dict[dt.date, Counter[str]] = {}
        self.classes = Counter[str]()
        self.first: dict[str, str] = {}
        self.samples: list[list[Any]] = []

    def state(self) -> Problem:
        for line, row, wrong in profile.values(self.path, self.form, self.columns):
            empty_time = self.time is not None and row[self.places[self.time]] is None
            if wrong or empty_time:
                what = f"{wrong[0].header}: not {_said(wrong[0])}" if wrong else f"{self.time}: empty"
                self.broken[self.first.setdefault(what, f"{what}, first in line {line}")] += 1
            else:
                self._count(row)
        self._limit()
        kept = [column for column in self.columns if column.header != self.target.header]
        why = {column.header: fields.left_out(column, self.rows) for column in kept if column.header != self.time}
        used = [column for column in kept if not why.get(column.header)]
        if not used:
            raise TableError(
                "no column is left to learn from",
                evidence="; ".join(f"{name}: {reason}" for name, reason in why.items()) or str(self.path),
                remedy="take a table with more columns",
            )
        taken = (self.target.name, f"{self.target.name}_probability", f"{self.target.name}_probabilities", *CLASSES)
        found = tuple(
            fields.field(column, name, time=column.header == self.time)
            for column, name in zip(used, fields.named(used, taken), strict=True)
        )
        time = next((each.name for each in found if each.header == self.time), "")
        return Problem(
            path=self.path,
            form=Form(encoding=self.form.encoding, delimiter=self.form.delimiter, missing=self.form.missing),
            rows=self.rows,
            broken=self.broken.total(),
            fields=found,
            target=self.target,
            time=time,
            split=self._split(),
            left_out=tuple((name, reason) for name, reason in why.items() if reason),
            warnings=tuple(self._warnings(used)),
            sample=self._sample(found),
        )

    def _count(self, row: list[Any]) -> None:
        truth = row[self.places[self.target.header]]
        if truth is None:
            return
        is_class = self.target.kind != "regression"
        for header, relation in self.relations.items():
            relation.note(row[self.places[header]], truth, is_class=is_class)
        named = str(truth) if is_class else ""
        self.classes[named] += 1
        if self.time is not None:
            self.days.setdefault(row[self.places[self.time]].astimezone(dt.UTC).date(), Counter())[named] += 1
        fullest = min((sum(value is None for value in sample) for sample in self.samples), default=len(row))
        if sum(value is None for value in row) < fullest:
            self.samples = [row]

    def _limit(self) -> None:
        if self.broken.total() > BROKEN * self.rows:
            reason, count = self.broken.most_common(1)[0]
            raise TableError(
                f"{self.broken.total():,} of {self.rows:,} rows are broken, more than {BROKEN:.0%}",
                evidence=f"most often ({count:,} times) {reason}",
                remedy="correct the file, or write its cells in one form",
            )

    def _split(self) -> Split:
        rows, rarest = self.classes.total(), min(self.classes.values())
        if self.time and (dated := split.by_time(self.target.kind, self.days)):
            return dated
        reason = "by time, a part would have too few rows of a class" if self.time else ""
        return split.by_chance(self.target.kind, rows, rarest, reason)

    def _warnings(self, used: Sequence[Column]) -> list[str]:
        relations = [(column.header, self.relations[column.header].tells()) for column in used]
        found = [
            f"{name} may tell the target: {how}; leave it out if it is known only afterwards"
            for name, how in relations
            if how
        ]
        found += [
            f"{column.header} is read as text: {misfit}; where they mean nothing, write them empty"
            for column in self.columns
            if column.header != self.target.header and (misfit := column.misfit())
        ]
        found += [
            f"{column.header} is read with the day before the month, and the other way round would fit as well: "
            "correct its Moment in dev/problem/prepare.py if it is so"
            for column in used
            if column.ambiguous
        ]
        found += [
            f"{column.header} is called an identifier and read as a number: leave it out if it only names something"
            for column in used
            if fields.is_named(column)
        ]
        times = [column.header for column in used if column.reading in profile.MOMENTS]
        if times and not self.time:
            found.append(f"{', '.join(times)} holds times: with TIME={times[0]} the rows are split and watched by time")
        return found

    def _sample(self, found: Sequence[Field]) -> dict[str, Any]:
        values = {each.name: self.samples[0][self.places[each.header]] for each in found}
        return {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in values.items()}


def _said(column: Column) -> str:
    kind = type(column.reading).__name__
    return {"Number": "a number", "Moment": "a time", "YesNo": "yes or no"}.get(kind, "text")
