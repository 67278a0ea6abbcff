"""Changes inside the contract, made to whole windows of held-out rows: does POST /check notice them?

Golden requests would not do: their classes are balanced and some are edges, so they look like no window at all.
The windows lie beside the model (`window-1.json`…): rows that it has not learned from, row after row, as the
windows of training are that say what is usual.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shared.compare.report import Finding, Severity, Undecided
from shared.parity.client import Answers, ServiceConnection, ServiceError
from shared.parity.predictions import GoldenSet
from shared.parity.rowschema import Contract
from shared.parity.shifts import Rows, Shift, shifts

REMEDY = "no single row shows it: compare batches with training (POST /check), and check units where rows come from"

Unusual = frozenset[tuple[str, ...]]
"""What a window check finds: of every finding, its test and columns."""


@dataclass(frozen=True)
class ShiftResult:
    """What became of one shift in one window.

    Attributes:
        how: refused, caught or missed.
        by: the tests and columns that it was caught by.
        flipped: labels that are others, if it was missed.
        moved: by how much the answers moved, added up, if it was missed.
    """

    how: str
    by: Unusual = frozenset()
    flipped: int = 0
    moved: float = 0.0


class Windows:
    """A window check in progress."""

    def __init__(
        self, connection: ServiceConnection, contract: Contract, rows: Sequence[Rows], golden: GoldenSet
    ) -> None:
        self.rows = rows
        self._connection, self._contract, self._golden = connection, contract, golden

    def judged(self) -> tuple[list[Finding], list[Undecided]]:
        """Findings, and what could not be decided.

        Raises:
            ServiceError: no answer.
            OutOfTimeError: the time is over.
        """
        if not self.rows:
            reason = "the model folder holds no windows of held-out rows (window-1.json)"
            return [], [Undecided("mutate", reason, "train again, and publish what that writes")]
        found: list[Finding] = []
        seen: dict[str, list[ShiftResult]] = defaultdict(list)
        for number, rows in enumerate(self.rows, 1):
            status, usual = self._check(rows)
            if status in (404, 405, 501):
                return [_no_check(status)], []
            if status != 200:
                reason = f"window-{number}.json, as it is: POST /check answers HTTP {status}"
                return [], [Undecided("mutate", reason, "name the model that is served: --model DIR")]
            if usual:
                found.append(_note(f"window-{number}.json, as it is", "unusual already", _tests(usual)))
            before = self._connection.ask(rows)
            for shift in shifts(self._contract, rows):
                seen[shift.name].append(self._seen(shift, usual, before))
        return found + list(_findings(seen, sum(map(len, self.rows)), self._golden)), []

    def _seen(self, shift: Shift, usual: Unusual, before: Answers) -> ShiftResult:
        status, found = self._check(shift.rows)
        if status != 200:
            return ShiftResult("refused")
        if found - usual:
            return ShiftResult("caught", found - usual)
        after = self._connection.ask(shift.rows)
        flipped = sum(one != other for one, other in zip(before.labels, after.labels, strict=True))
        moved = sum(abs(one[0] - other[0]) for one, other in zip(before.scores, after.scores, strict=True))
        return ShiftResult("missed", flipped=flipped, moved=moved)

    def _check(self, rows: Rows) -> tuple[int, Unusual]:
        status, body = self._connection.send("POST", "/check", json.dumps({"instances": list(rows)}))
        if status != 200:
            return status, frozenset()
        try:
            findings = json.loads(body)["findings"]
            return status, frozenset((finding["test"], *finding["columns"]) for finding in findings)
        except (ValueError, KeyError, TypeError) as error:
            raise ServiceError(
                "POST /check does not answer as it should",
                evidence=f"{type(error).__name__}: {error}: {body[:100].decode(errors='replace')}",
                remedy="its answers are described at /docs",
                status=status,
            ) from None


def _findings(seen: dict[str, list[ShiftResult]], rows: int, golden: GoldenSet) -> Iterator[Finding]:
    """How many shifts were noticed, and those that were not noticed everywhere, by the harm that they do."""
    missed = {name: sum(result.how == "missed" for result in those) for name, those in seen.items()}
    everywhere = sum(count == len(seen[name]) for name, count in missed.items())
    noticed = sum(count == 0 for count in missed.values())
    yield _note(
        "changes inside the contract",
        f"{noticed} of {len(seen)} noticed in every window, {len(seen) - noticed - everywhere} in some",
        f"{everywhere} in none",
        details={
            name: [{"how": result.how, "by": sorted(result.by)} for result in those] for name, those in seen.items()
        },
    )
    harm = {
        name: sum(result.flipped if golden.labelled else result.moved for result in those) / rows
        for name, those in seen.items()
    }
    unit = f" {golden.unit}" if golden.unit else ""
    for name, count in sorted(missed.items(), key=lambda item: -harm[item[0]]):
        if count:
            labels, moved = round(harm[name] * rows), f"answers move by {harm[name]:.3g}{unit} on average"
            measured = f"{labels} of {rows} labels flip there" if golden.labelled else moved
            effect = harm[name] if golden.labelled else None
            yield _note(name, f"missed in {count} of {len(seen[name])} windows", measured, effect)


def _details(result: ShiftResult) -> dict[str, Any]:
    return {"how": result.how, "by": sorted(result.by)}


def _tests(found: Unusual) -> str:
    return ", ".join(sorted(f"{test} of {' and '.join(columns)}" for test, *columns in found))


def _note(subject: str, a: str, b: str, effect: float | None = None, details: Any = None) -> Finding:
    why = "every row of it keeps the contract"
    return Finding("mutate", subject, a, b, Severity.NOTE, why, REMEDY, effect=effect, details=details or {})


def _no_check(status: int) -> Finding:
    return Finding(
        "mutate",
        "changes inside the contract: nothing looks for them",
        "a check of many rows, POST /check",
        f"HTTP {status}",
        Severity.RISK,
        "Celsius are valid Fahrenheit and kilometres valid miles: no row that is sent alone shows it",
        "compare batches with the rows of training: shared/window.py does",
    )
