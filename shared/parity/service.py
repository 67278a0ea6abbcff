"""Does a running service keep the relations that a correct one keeps?

Black box: golden requests are sent over HTTP, first as they were recorded, then changed in ways
that must not change an answer: asked again, one row at a time, in another order, by several
connections at once. So a refitted encoder, state in a worker, a race or another order of keys
is found without knowing of it. An answer counts as moved beyond the passport's noise floor.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.parity import passport, predictions
from shared.parity.client import Address, Answers, Connection, OutOfTimeError, ServiceError
from shared.parity.relations import RECORDED, REORDERED, REPEATED, SHUFFLED, SINGLE, TOGETHER, Relation
from shared.parity.report import Finding, Report, Severity, Undecided, ranked

BATCH, ALONE, REPEATS = 1000, 400, 3
"""Most rows of one request; most rows that are also asked one by one; how often the same is asked again."""
CONNECTIONS, AT_ONCE = 8, 48
OVERLOADED = {None, 408, 429, 502, 503, 504}
"""No answer, or a status that says nothing of the relation: ask again later."""

Part = Sequence[int]
"""Numbers of the golden requests that one HTTP request holds."""
Pair = tuple[int, float, float]
"""Number of a golden request, and two answers to it that must be one."""


def replay(url: str, model: Path, seconds: float, progress: Callable[[str], None]) -> Report:
    """Ask the service at `url` the golden requests of a model folder, in every way that must not matter.

    Args:
        seconds: for everything together.

    Raises:
        ParityError: no passport; the service cannot be reached, or refuses the requests as they were recorded.
    """
    golden, told = passport.golden(model), passport.read(model)
    version = str(told.get("version"))
    findings: list[Finding] = []
    undecided: list[Undecided] = []
    asking = _Asking(Address(url, time.monotonic() + seconds), golden)
    with closing(asking.connection):
        progress(f"replay of {len(golden.requests)} golden requests to {url}: {RECORDED.name}")
        try:
            asking.first()
        except ServiceError as error:
            if not error.broken:
                raise
            return Report(f"model {version}", url, ranked([_refused(RECORDED, error)]))
        if set(asking.versions) == {version}:
            findings += asking.recorded(told["golden"]["probabilities"])
            findings += asking.labels()
            _relations(asking, progress, findings, undecided)
    if set(asking.versions) != {version}:
        findings.append(_other_model(version, asking.versions))
    return Report(f"model {version}", url, ranked(findings), tuple(undecided), len(golden.requests))


def _relations(
    asking: "_Asking", progress: Callable[[str], None], findings: list[Finding], undecided: list[Undecided]
) -> None:
    for relation, ask in asking.relations():
        progress(f"replay: {relation.name}")
        try:
            found = list(ask())
        except OutOfTimeError as error:
            undecided.append(Undecided("replay", f"{relation.name}: {error.what}", error.remedy))
            return
        except ServiceError as error:
            if error.answered in OVERLOADED:
                undecided.append(Undecided("replay", f"{relation.name}: {error.evidence}", error.remedy))
                continue
            found = [_refused(relation, error)]
        if any(finding.details["relation"] == REPEATED.name for finding in found):
            findings[:] = found  # what was found before may have been nothing but that
            return
        findings += found


class _Asking:
    """A replay in progress: one connection, and so one worker, until several are asked at once.

    Attributes:
        versions: of the models that answered, with the number of requests.
    """

    def __init__(self, address: Address, golden: predictions.Golden) -> None:
        self.connection = Connection(address)
        self.versions: Counter[str] = Counter()
        self._address, self._golden = address, golden
        rows = range(len(golden.requests))
        self._batches: list[Part] = [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]
        self._singles: list[Part] = [[row] for row in rows[:: -(-len(rows) // ALONE)]]
        self._batch: dict[int, float] = {}
        self._alone: dict[int, float] = {}
        self._labels: list[bool] = []

    def first(self) -> None:
        """The answers that all others are compared with."""
        for part in self._batches:
            answers = self._post(self.connection, part)
            self._batch.update(zip(part, answers.probabilities, strict=True))
            self._labels += answers.labels

    def recorded(self, answers: Sequence[float]) -> Iterator[Finding]:
        """The first answers against those of training."""
        yield from self._judge(RECORDED, [(row, answers[row], got) for row, got in self._batch.items()])

    def labels(self) -> Iterator[Finding]:
        """Each label is to follow from its probability and the passport's threshold."""
        threshold = self._golden.threshold or 0.0
        wrong = [row for row, label in enumerate(self._labels) if label != (self._batch[row] >= threshold)]
        if wrong:
            late = "late" if self._labels[wrong[0]] else "not late"
            yield Finding(
                "replay",
                f"threshold: {len(wrong)} of {len(self._labels)} labels do not follow from their probabilities",
                f"late from {threshold}, as the passport says",
                f"{self._batch[wrong[0]]:.4f} is {late}",
                Severity.BREAKS,
                "the service decides by another threshold than the one that the model was published with",
                "take the threshold from the passport alone",
                effect=len(wrong) / len(self._labels),
                details={"relation": "threshold", "flipped": len(wrong), "rows": len(self._labels)},
            )

    def relations(self) -> list[tuple[Relation, Callable[[], Iterator[Finding]]]]:
        """What is tried, in this order: what would spoil later comparisons comes first."""
        shuffled: list[Part] = [sorted(part, key=_scattered) for part in self._batches]
        return [
            (REPEATED, self._repeated),
            (REORDERED, lambda: self._changed(REORDERED, self._batches, reverse_keys=True)),
            (SHUFFLED, lambda: self._changed(SHUFFLED, shuffled)),
            (SINGLE, lambda: self._changed(SINGLE, self._singles)),
            (TOGETHER, self._together),
            (REPEATED, self._repeated),  # a worker may count to more than had been asked at first
        ]

    def _repeated(self) -> Iterator[Finding]:
        for _ in range(REPEATS):
            found = list(self._judge(REPEATED, self._pairs(self._batch, self._ask(self._batches))))
            if found:
                yield from found
                return

    def _changed(self, relation: Relation, parts: Sequence[Part], *, reverse_keys: bool = False) -> Iterator[Finding]:
        """Ask otherwise; if that moves answers, once more, to tell the change from chance and state."""
        answers = self._ask(parts, reverse_keys=reverse_keys)
        if relation is SINGLE:
            self._alone = answers
        found = list(self._judge(relation, self._pairs(self._batch, answers)))
        if found:
            again = self._ask(parts, reverse_keys=reverse_keys)
            found = list(self._judge(REPEATED, self._pairs(answers, again))) or found
        yield from found

    def _together(self) -> Iterator[Finding]:
        """Fresh connections at the same time, with requests whose answers are known from one that was alone."""
        few = self._singles[:: -(-len(self._singles) // AT_ONCE)]
        parts = [
            part for number, single in enumerate(few) for part in ([single] if number % 8 else [single, *self._batches])
        ]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            given = list(pool.map(self._apart, parts))
        pairs: list[Pair] = []
        for part, answers in zip(parts, given, strict=True):
            expected = self._alone if len(part) == 1 and self._alone else self._batch
            pairs += [(row, expected[row], got) for row, got in zip(part, answers.probabilities, strict=True)]
        yield from self._judge(TOGETHER, pairs)

    def _apart(self, part: Part) -> Answers:
        with closing(Connection(self._address)) as connection:
            return self._post(connection, part)

    def _ask(self, parts: Sequence[Part], *, reverse_keys: bool = False) -> dict[int, float]:
        answers: dict[int, float] = {}
        for part in parts:
            given = self._post(self.connection, part, reverse_keys=reverse_keys)
            answers.update(zip(part, given.probabilities, strict=True))
        return answers

    def _post(self, connection: Connection, part: Part, *, reverse_keys: bool = False) -> Answers:
        rows: list[dict[str, Any]] = [self._golden.requests[row] for row in part]
        answers = connection.ask([dict(reversed(row.items())) for row in rows] if reverse_keys else rows)
        self.versions[answers.model_version] += 1
        return answers

    def _pairs(self, expected: Mapping[int, float], got: Mapping[int, float]) -> list[Pair]:
        return [(row, expected[row], answer) for row, answer in sorted(got.items())]

    def _judge(self, relation: Relation, pairs: Sequence[Pair]) -> Iterator[Finding]:
        golden = replace(self._golden, requests=[self._golden.requests[row] for row, _, _ in pairs])
        sides = (
            {"answer": {"columns": ["late_probability"], "rows": [[pair[side]] for pair in pairs]}} for side in (1, 2)
        )
        for finding in predictions.compare(golden, *sides):
            told = finding.why.partition(";")[0]
            yield replace(
                finding,
                check="replay",
                subject=f"{relation.name}: {finding.subject}",
                why=f"{relation.why}; {told}",
                remedy=relation.remedy,
                details={"relation": relation.name, **finding.details},
            )


def _scattered(row: int) -> str:
    """A key that sorts rows into an order without order, the same in every replay."""
    return hashlib.sha256(str(row).encode()).hexdigest()


def _refused(relation: Relation, error: ServiceError) -> Finding:
    as_recorded = relation is RECORDED
    return Finding(
        "replay",
        f"{relation.name}: refused",
        "answered as recorded",
        error.evidence,
        Severity.BREAKS,
        error.what if as_recorded else f"the service refuses requests for a change that is none; {relation.why}",
        error.remedy if as_recorded else relation.remedy,
        details={"relation": relation.name},
    )


def _other_model(version: str, versions: Mapping[str, int]) -> Finding:
    return Finding(
        "replay",
        "model version",
        version,
        ", ".join(f"{name} ({count} answers)" for name, count in versions.items()),
        Severity.BREAKS,
        "the service answers with another model than the one named, or its workers are not of one model",
        "restart it (make stop prod), or name its model's folder: --model artifacts/models/VERSION",
        details={"relation": "model version"},
    )
