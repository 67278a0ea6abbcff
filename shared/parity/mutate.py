"""Does a running service refuse what its contract forbids, and notice what no single row shows?

Black box: golden requests are changed in every way that the JSON Schema at GET /contract forbids, and
sent one by one. A change that is accepted and moves an answer `breaks`; one that is accepted without
effect is a `risk`, since another row may not be so lucky. Changes that stay inside the contract (Celsius
in a column of Fahrenheit) cannot be refused row by row: windows of held-out rows are changed as a whole
and sent to POST /check. Which of those it notices is reported as notes; no service notices all.
"""

import hashlib
import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.compare.report import RANK, Finding, Report, Severity, Undecided
from shared.parity import recorded, rowschema
from shared.parity.changes import Change, changes
from shared.parity.client import Address, Answers, OutOfTimeError, ServiceConnection, ServiceError
from shared.parity.predictions import GoldenSet, distance
from shared.parity.rowschema import Contract
from shared.parity.windows import Windows

ROWS_TRIED = 3
"""Golden requests on which a kind of change of a field is tried: on other rows it may matter."""
BATCH = 1000
REFUSALS = range(400, 500)
UNRELATED = {401, 403, 404, 405, 408, 411, 413, 415, 429}
"""Refusals of the request's way, size or time, and not of what is in it."""
STRICT = "hold every row against the contract before it is used, and refuse the request with the field's name"


@dataclass(frozen=True)
class Reaction:
    """What the service did with one change.

    Attributes:
        status: of its answer.
        named: whether that names a field at fault.
        before, after: scores without and with the change; `after` is None if there are none.
        flipped: whether the label is another.
    """

    change: Change
    status: int
    named: bool
    before: Sequence[float]
    after: Sequence[float] | None
    flipped: bool = False

    @property
    def distance(self) -> float:
        """How far the answer moved, infinite if to what is no number; 0 if there is none."""
        if self.after is None:
            return 0.0
        return max(distance(*pair) for pair in zip(self.before, self.after, strict=True))


def mutate(url: str, model: Path, seconds: float, progress: Callable[[str], None]) -> Report:
    """Send the service at `url` what its contract forbids, made from the golden requests of a model folder.

    Args:
        seconds: for everything together.

    Raises:
        ParityError: no passport; the service cannot be reached, shows no contract, or refuses golden requests.
    """
    golden = recorded.golden(model)
    findings: list[Finding] = []
    undecided: list[Undecided] = []
    with closing(ServiceConnection(Address(url, time.monotonic() + seconds), recorded.predicted(model))) as connection:
        contract = _contract(connection)
        progress(f"mutate: {len(golden.requests)} golden requests to {url}, as they are")
        usual = _usual(connection, golden.requests)
        chosen = _chosen(contract, golden.requests)
        progress(f"mutate: {len(chosen)} changes that the contract forbids")
        reactions: list[Reaction] = []
        try:
            for row, change in chosen:
                reactions.append(_reaction(connection, change, *usual[row]))
            windows = Windows(connection, contract, recorded.windows(model), golden)
            progress(f"mutate: changes inside the contract, of {len(windows.rows)} windows of held-out rows")
            found, unknown = windows.judged()
            findings += found
            undecided += unknown
        except (OutOfTimeError, ServiceError) as error:
            undecided.append(Undecided("mutate", f"{error.what}: {error.evidence}", error.remedy))
    findings += _judged(reactions, golden)
    findings.sort(key=lambda finding: RANK[finding.severity])
    return Report("its contract", url, tuple(findings), tuple(undecided), len(golden.requests))


def _contract(connection: ServiceConnection) -> Contract:
    status, body = connection.send("GET", "/contract")
    try:
        return rowschema.read(json.loads(body))
    except ValueError as error:
        raise rowschema.ContractError(
            "the service shows no contract",
            evidence=f"GET /contract: HTTP {status}: {error}",
            remedy="name the service itself, without /predict; it is to serve the JSON Schema of a row there",
        ) from error


def _usual(connection: ServiceConnection, rows: Sequence[Any]) -> list[tuple[list[float], Any]]:
    """Scores and label of every row, unchanged."""
    answers: list[tuple[list[float], Any]] = []
    for at in range(0, len(rows), BATCH):
        given = connection.ask(rows[at : at + BATCH])
        answers += zip(given.scores, given.labels, strict=True)
    return answers


def _chosen(contract: Contract, rows: Sequence[Any]) -> list[tuple[int, Change]]:
    """Every kind of change of every field, on a few rows that can have it, in an order that only looks random."""
    count: Counter[tuple[str, tuple[str, ...]]] = Counter()
    chosen = []
    numbers = sorted(range(len(rows)), key=lambda row: hashlib.sha256(str(row).encode()).hexdigest())
    for number, before in zip(numbers, [numbers[-1], *numbers], strict=False):
        for change in changes(contract, rows[number], rows[before]):
            if count[change.kind, change.fields] < ROWS_TRIED:
                count[change.kind, change.fields] += 1
                chosen.append((number, change))
    return chosen


def _reaction(connection: ServiceConnection, change: Change, before: Sequence[float], label: Any) -> Reaction:
    status, body = connection.send("POST", "/predict", change.body)
    if 200 <= status < 300:
        try:
            answers: Answers = connection.answers(status, body, 1)
        except ServiceError as error:
            if not error.broken:
                raise
            nothing = [math.nan] * len(before)
            return Reaction(change, status, False, before, nothing)  # NaN in, NaN out: no answer is as far as can be
        return Reaction(change, status, False, before, answers.scores[0], answers.labels[0] != label)
    if status in UNRELATED or status in (502, 503, 504):
        connection.answers(status, body, 1)  # raises: it says nothing of the row
    text = body.decode(errors="replace")
    named = any(re.search(rf"\b{re.escape(name)}\b", text) for name in change.fields)
    return Reaction(change, status, named, before, None)


def _judged(reactions: Sequence[Reaction], golden: GoldenSet) -> Iterator[Finding]:
    noise_floor = golden.noise_floor
    refused = [reaction for reaction in reactions if reaction.status in REFUSALS]
    kinds: dict[str, list[Reaction]] = defaultdict(list)
    for reaction in reactions:
        kinds[reaction.change.kind].append(reaction)
    yield Finding(
        "mutate",
        "score",
        f"{len(refused)} of {len(reactions)} forbidden changes refused",
        f"{sum(reaction.named for reaction in refused)} with the field's name",
        Severity.NOTE,
        "the share of forbidden changes that the service refuses",
        STRICT,
        details={"kinds": {kind: _counted(those, noise_floor) for kind, those in kinds.items()}},
    )
    for kind, those in kinds.items():
        accepted = [reaction for reaction in those if reaction.after is not None]
        moved = [reaction for reaction in accepted if _moved(reaction, noise_floor)]
        failed = [reaction for reaction in those if reaction.after is None and reaction.status not in REFUSALS]
        if moved:
            yield _bad(kind, "accepted", moved, Severity.BREAKS, _moved_by(moved, golden), len(those), golden)
        still = [reaction for reaction in accepted if reaction not in moved]
        if still:
            why = "no answer moved; on other rows it may, and what is meant is a guess"
            yield _bad(kind, "accepted", still, Severity.RISK, why, len(those), golden)
        if failed:
            why = "the service fails where it should refuse"
            yield _bad(kind, "fails", failed, Severity.RISK, why, len(those), golden)
        held = [reaction for reaction in those if reaction.status in REFUSALS]
        if held:
            named = sum(reaction.named for reaction in held)
            yield _note(f"{kind} ({_fields(held)})", f"{len(held)} of {len(those)} refused", f"{named} with its name")


def _bad(
    kind: str, did: str, those: Sequence[Reaction], severity: Severity, why: str, of: int, golden: GoldenSet
) -> Finding:
    harmed = sum(each.flipped if golden.labelled else _moved(each, golden.noise_floor) for each in those)
    worst = max(those, key=lambda reaction: reaction.distance)
    now = f"HTTP {worst.status}" if worst.after is None else f"{_shown(worst.before)} became {_shown(worst.after)}"
    return Finding(
        "mutate",
        f"{kind}: {did} in {len(those)} of {of}",
        "refused, as the contract says",
        f"{worst.change.shown}: {now}",
        severity,
        f"{why}; in {_fields(those)}",
        STRICT,
        effect=harmed / of,
        details={"kind": kind, "fields": sorted({name for reaction in those for name in reaction.change.fields})},
    )


def _moved_by(moved: Sequence[Reaction], golden: GoldenSet) -> str:
    """How many answers moved, and how many labels, or how far where the answer is a number."""
    if golden.labelled:
        return f"{len(moved)} answers moved, {sum(each.flipped for each in moved)} labels flipped, without a word"
    far = max(reaction.distance for reaction in moved)
    return f"{len(moved)} answers moved, by {far:.3g}{golden.unit and ' '}{golden.unit} at most, without a word"


def _shown(scores: Sequence[float]) -> str:
    return " ".join(f"{score:.4f}" for score in scores)


def _note(subject: str, a: str, b: str) -> Finding:
    return Finding("mutate", subject, a, b, Severity.NOTE, "what the contract forbids is refused", STRICT)


def _moved(reaction: Reaction, noise_floor: float) -> bool:
    return reaction.after is not None and (reaction.flipped or reaction.distance > noise_floor)


def _fields(reactions: Sequence[Reaction]) -> str:
    names = list(dict.fromkeys(reaction.change.fields[0] for reaction in reactions))
    return names[0] if len(names) == 1 else f"{len(names)} fields" if len(names) > 3 else ", ".join(names)


def _counted(reactions: Sequence[Reaction], noise_floor: float) -> dict[str, dict[str, int]]:
    """By field: how many changes were sent, refused, refused with the field's name, and moved an answer."""
    counts: dict[str, dict[str, int]] = {}
    for reaction in reactions:
        field = counts.setdefault(reaction.change.fields[0], dict.fromkeys(("sent", "refused", "named", "moved"), 0))
        field["sent"] += 1
        field["refused"] += reaction.status in REFUSALS
        field["named"] += reaction.named and reaction.status in REFUSALS
        field["moved"] += _moved(reaction, noise_floor)
    return counts
