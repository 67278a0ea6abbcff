"""Which of the differences between two environments change the predictions?

The gate names every difference; most of them are harmless. This makes environments in between: a container of
A in which some packages, loose modules, folders of code, files and variables come from B. The golden requests
are replayed in all of them. Delta debugging (ddmin) finds a smallest set that moves an answer beyond the noise floor,
or makes the model fail as it does in B: without any one of its members, it no longer does. Then the rest is
tried without that set, until what remains changes nothing; so causes that are independent are all found, and
those that act only together are found together.

Packages whose requirements (Requires-Dist) would be violated are exchanged together. A set that fails otherwise
than B counts as not decided. Machine code of another Python or processor is never mixed in. If all that can be
exchanged does not change the predictions, the cause lies outside: Python itself, the base's libraries, the CPU,
limits; the differences that the gate found there are named as candidates.
"""

import time
from collections.abc import Callable
from typing import Any

from shared.compare import checks
from shared.compare.report import Snapshot, ranked
from shared.errors import ParityError
from shared.parity import sources
from shared.parity.bisect.between import between
from shared.parity.bisect.causes import OUT_OF_TIME, Search
from shared.parity.bisect.ddmin import closure
from shared.parity.bisect.part import parts
from shared.parity.bisect.questions import Question
from shared.parity.bisect.result import Result
from shared.parity.bisect.trials import Sides, Trials, judged

SYMPTOMS = ("predictions", "model", "scorer", "image")
"""Checks that tell what happens, or merely that something differs."""


def bisect(a: str, b: str, question: Question, seconds: float, progress: Callable[[str], None]) -> Result:
    """Find what makes two sources (`image:REF` or `container:ID`) predict differently.

    Args:
        question: what is asked in all environments.
        seconds: after which it says what it knows by then.

    Raises:
        ParityError: a source cannot be had, cannot replay the model, or cannot be copied; both sides fail.
    """
    deadline = time.monotonic() + seconds
    for source in (a, b):
        sources.running(source)  # before the long work, whether both can be bisected
    progress(f"snapshot of {a} and {b}, replay of {len(question.golden.requests)} golden requests")
    left, right = question.sides(a, b)
    golden = question.golden
    failures = [side.value("failure") for side in (left, right)]
    if all(failures):
        raise ParityError(
            "the model fails on both sides, so there is no difference to search for",
            evidence=f"{failures[0]['what']}: {failures[0]['evidence']}",
            remedy=failures[0]["remedy"],
        )
    if not judged(golden, _answers(left), _answers(right))[0]:
        return Result(a, b, "none", 0, len(golden.requests))
    found = [finding for finding in ranked(checks.run(left, right)[0]) if finding.check not in SYMPTOMS]
    if failures[0]:
        progress(f"the model fails in {a}: searching for what {b} would have to take from it to fail alike")
        a, b, left, right = b, a, right, left
    exchangeable = parts(left, right, found)
    names = {str(part): finding for part, finding in exchangeable.items()}
    variables = {
        part.name: (right.value("variables") or {}).get(part.name) for part in exchangeable if part.fact == "variables"
    }
    notes = []
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        return Result(a, b, "undecided", len(names), len(golden.requests), notes=(OUT_OF_TIME,))
    progress(f"{len(names)} differences that can be exchanged: looking for what {b} has instead")
    with between(a, b, list(exchangeable), variables, remaining) as made:
        if (left.value("python") or {}).get("abi") != (right.value("python") or {}).get("abi"):
            kept = set(made.native)
            names = {name: finding for name, finding in names.items() if name not in kept}
            notes.append(
                f"Python is another ({_abi(left)} | {_abi(right)}), so machine code cannot be exchanged: "
                f"{len(kept)} packages are left as they are."
            )
        closed = closure({name: [other for other in made.forced.get(name, ()) if other in names] for name in names})
        sides = Sides(golden, _answers(left), _answers(right))
        trials = Trials(made, sides, question, closed, len(names), deadline, progress)
        outside = tuple(finding for finding in found if finding not in names.values())
        search = Search(trials, names, outside, notes)
        verdict = search.run()
    return Result(
        a,
        b,
        verdict,
        len(names),
        len(golden.requests),
        tuple(search.causes),
        search.cleared,
        search.candidates,
        tuple(search.notes),
        tuple(trials.steps.values()),
    )


def _answers(snapshot: Snapshot) -> dict[str, Any]:
    return {name: snapshot.value(name) for name in ("failure", "stages")}


def _abi(snapshot: Snapshot) -> str:
    return str((snapshot.value("python") or {}).get("abi"))
