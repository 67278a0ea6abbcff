"""Does what serves give the pipeline's answers, on each side?

The pipeline is the model. A compiled scorer is a second implementation of it, which is how skew begins: a converter
that computes in float32, that sends missing values another way, that was run last week. Known from a replay of a model
that has one: each side compares both on the golden requests, and on rows drawn from the model's columns, with both
sides of every threshold, missing values and unseen categories. Beyond the noise floor the guard refuses it, and the
pipeline answers instead; where the guard is off, it answers all the same.
"""

from collections.abc import Iterator
from typing import Any

from shared.compare.checks._compare import both
from shared.compare.report import Finding, Severity, Snapshot, Undecided

REMEDY = "compile it from this pipeline, where both were trained and are proven equal: make dev"


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Report a compiled scorer that is not the pipeline, and sides that are answered by different ones."""
    sides = a.value("scorer"), b.value("scorer")
    for side, fact in zip((a, b), sides, strict=True):
        if fact is None and side.value("stages"):
            reason = f"the answers of {side.name} do not say which scorer gave them"
            yield Undecided("scorer", reason, "take its snapshot again: parity snapshot SOURCE --model DIR")
    if None in sides:
        return
    wrong = [fact for fact in sides if beyond(fact)]
    if wrong:
        serves = any(not fact["refused"] for fact in wrong)
        what = "it serves, since the guard is off" if serves else "the guard keeps it from serving"
        yield Finding(
            "scorer",
            "compiled scorer",
            *both(words, *sides),
            Severity.BREAKS if serves else Severity.RISK,
            f"it gives other answers than the pipeline that it stands for, beyond {wrong[0]['noise_floor']:.1e}, the "
            f"measured noise floor; {what}",
            REMEDY,
            details={"a": sides[0], "b": sides[1]},
            replayed=False,
        )
    elif sides[0]["kind"] != sides[1]["kind"]:
        why = "both give the same answers, compiled ones sooner"
        yield Finding("scorer", "what answers", *both(words, *sides), Severity.NOTE, why, "set one PARITY_SCORER")


def beyond(fact: dict[str, Any]) -> bool:
    """Whether a compiled scorer was asked and is farther from the pipeline than the noise floor."""
    return "noise_floor" in fact and not all(fact[name] <= fact["noise_floor"] for name in ("golden", "drawn"))


def words(fact: dict[str, Any]) -> str:
    """Which scorer answered, and what that rests on."""
    if "noise_floor" not in fact:
        return str(fact["kind"])
    refused = "pipeline, since the compiled scorer is refused: " if fact["refused"] else "compiled, "
    return (
        f"{refused}{fact['golden']:.1e} from the pipeline on {fact['requests']:,} golden requests, "
        f"{fact['drawn']:.1e} on {fact['rows']:,} rows drawn"
    )
