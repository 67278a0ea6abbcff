"""Golden requests asked of a service over HTTP, in ways that must not matter, and the answers judged."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

from shared.compare.report import Finding, Severity
from shared.parity import predictions
from shared.parity.client import OVERLOADED, Address, Answers, ServiceConnection, ServiceError
from shared.parity.relations import RECORDED, REORDERED, REPEATED, SHUFFLED, SINGLE, TOGETHER, Relation
from shared.parity.target import Target

BATCH, ALONE, REPEATS = 1000, 400, 3
"""Most rows of one request; most rows that are also asked one by one; how often the same is asked again."""
CONNECTIONS, AT_ONCE = 8, 48
PAUSE_SECONDS = 0.2

Part = Sequence[int]
"""Numbers of the golden requests that one HTTP request holds."""
Pair = tuple[int, Sequence[float], Sequence[float]]
"""Number of a golden request, and two answers to it that must be one."""
Trial = tuple[Relation, Callable[[], Iterator[Finding]]]
"""A relation, and what tries it."""


class Asking:
    """A replay in progress: one connection, and so one worker, until several are asked at once.

    Attributes:
        versions: of the models that answered, with the number of requests.
        date: the service's own clock at its last answer, in seconds since 1970; None if it does not tell.
    """

    def __init__(self, address: Address, golden: predictions.GoldenSet, target: Target) -> None:
        self.connection = ServiceConnection(address, target)
        self.versions: Counter[str] = Counter()
        self.date: float | None = None
        self._address, self._golden, self._target = address, golden, target
        rows = range(len(golden.requests))
        self._batches: list[Part] = [rows[at : at + BATCH] for at in range(0, len(rows), BATCH)]
        self._singles: list[Part] = [[row] for row in rows[:: -(-len(rows) // ALONE)]]
        self._batch: dict[int, list[float]] = {}
        self._alone: dict[int, list[float]] = {}
        self._labels: list[Any] = []

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def move(self, url: str, check: Callable[[], None]) -> None:
        """Go on at another address, once it answers; `check` raises if it never will."""
        self.connection.close()
        self._address = replace(self._address, url=url)
        self.connection = ServiceConnection(self._address, self._target)
        while True:
            try:
                self._post(self.connection, [0])
                return
            except ServiceError as error:
                if error.answered not in OVERLOADED:
                    raise
            check()
            time.sleep(PAUSE_SECONDS)

    def first(self) -> None:
        """The answers that all others are compared with."""
        for part in self._batches:
            answers = self._post(self.connection, part)
            self._batch.update(zip(part, answers.scores, strict=True))
            self._labels += answers.labels

    def recorded(self, answers: Sequence[Sequence[float]]) -> Iterator[Finding]:
        """The first answers against those of training."""
        yield from self._judge(RECORDED, [(row, answers[row], got) for row, got in self._batch.items()])

    def labels(self) -> Iterator[Finding]:
        """Each label is to follow from its scores: by the passport's threshold, or as the likeliest class."""
        target, threshold = self._target, self._golden.threshold or 0.0
        wrong = [row for row, label in enumerate(self._labels) if label != target.decided(self._batch[row], threshold)]
        if not wrong:
            return
        scores, label = self._batch[wrong[0]], target.in_words(self._labels[wrong[0]])
        binary = target.kind == "binary"
        relation = "threshold" if binary else "likeliest class"
        likeliest = target.decided(scores, threshold)
        yield Finding(
            "replay",
            f"{relation}: {len(wrong)} of {len(self._labels)} labels do not follow from their probabilities",
            f"{target.positive} from {threshold}, as the passport says" if binary else f"{likeliest}, the likeliest",
            f"{' '.join(f'{score:.4f}' for score in scores)} is {label}",
            Severity.BREAKS,
            "the service decides by another threshold than the one that the model was published with"
            if binary
            else "the service decides for another class than the likeliest",
            "take the threshold from the passport alone" if binary else "let the likeliest class be the answer",
            effect=len(wrong) / len(self._labels),
            details={"relation": relation, "flipped": len(wrong), "rows": len(self._labels)},
        )

    def relations(self) -> list[Trial]:
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

    def compare(self, relation: Relation) -> Iterator[Finding]:
        """Ask as at first, and judge the answers against the first ones."""
        yield from self._judge(relation, self._pairs(self._batch, self._ask(self._batches)))

    def _repeated(self) -> Iterator[Finding]:
        for _ in range(REPEATS):
            found = list(self.compare(REPEATED))
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
            pairs += [(row, expected[row], got) for row, got in zip(part, answers.scores, strict=True)]
        yield from self._judge(TOGETHER, pairs)

    def _apart(self, part: Part) -> Answers:
        with closing(ServiceConnection(self._address, self._target)) as connection:
            return self._post(connection, part)

    def _ask(self, parts: Sequence[Part], *, reverse_keys: bool = False) -> dict[int, list[float]]:
        answers: dict[int, list[float]] = {}
        for part in parts:
            given = self._post(self.connection, part, reverse_keys=reverse_keys)
            answers.update(zip(part, given.scores, strict=True))
        return answers

    def _post(self, connection: ServiceConnection, part: Part, *, reverse_keys: bool = False) -> Answers:
        rows: list[dict[str, Any]] = [self._golden.requests[row] for row in part]
        answers = connection.ask([dict(reversed(row.items())) for row in rows] if reverse_keys else rows)
        self.versions[answers.model_version] += 1
        self.date = answers.date
        return answers

    def _pairs(self, expected: Mapping[int, Sequence[float]], got: Mapping[int, Sequence[float]]) -> list[Pair]:
        return [(row, expected[row], answer) for row, answer in sorted(got.items())]

    def _judge(self, relation: Relation, pairs: Sequence[Pair]) -> Iterator[Finding]:
        golden = replace(self._golden, requests=[self._golden.requests[row] for row, _, _ in pairs])
        columns = list(self._target.columns)
        expected, got = ([list(scores) for scores in side] for side in zip(*((a, b) for _, a, b in pairs), strict=True))
        sides = ({"answer": {"columns": columns, "rows": rows}} for rows in (expected, got))
        for finding in predictions.compare(golden, *sides):
            extent = finding.why.partition(";")[0]
            yield replace(
                finding,
                check="replay",
                subject=f"{relation.name}: {finding.subject}",
                why=f"{relation.why}; {extent}",
                remedy=relation.remedy,
                details={"relation": relation.name, **finding.details},
            )


def _scattered(row: int) -> str:
    """A key that sorts rows into an order without order, the same in every replay."""
    return hashlib.sha256(str(row).encode()).hexdigest()
