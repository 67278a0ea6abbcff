"""The check of a repair: the stages of the scenario, run on what the learner has edited."""

from pathlib import Path
from typing import Any

from shared.errors import ParityError
from tests.lab import parity
from tests.lab.practice import workspace
from tests.lab.practice.bench import Bench
from tests.lab.practice.verdict import Verdict
from tests.lab.side import LabSide

NOISE = 2e-4
"""Answers come with four digits."""
MARGIN = 0.01
"""By so much ROC AUC may be lower where a repair changes what is learned."""


def judge(bench: Bench) -> Verdict:
    """Run what the learner has edited, and say what it is.

    Raises:
        ParityError: it cannot be run.
    """
    exercise = bench.exercise
    workspace.check(exercise, bench.folder)
    if not exercise.in_containers:
        found = workspace.module(exercise.folder / "check.py", "check")(bench.folder)
        return Verdict(found[0], tuple(found[1:]))
    try:
        return silenced(bench) or _measured(bench)
    except AssertionError as error:
        lines = [line for line in str(error).splitlines() if line.strip()] or ["no word"]
        raise ParityError(
            "the flights could not be sent, and nothing was decided",
            evidence=lines[-1],
            remedy=f"correct your files in {bench.folder}; make practice RESET=1 gives them back as they were",
        ) from None


def silenced(bench: Bench) -> Verdict | None:
    """Whether what was edited turns the guard off, or takes back what must stay."""
    start, now = bench.rendered(bench.exercise.folder / "start"), bench.rendered()
    guard = now["services"]["prod"]["environment"].get("PARITY_GUARD")
    if guard != "enforce":
        return Verdict(
            "hidden", (f"the guard is silenced: PARITY_GUARD is {guard!r} in prod, where it must be 'enforce'",)
        )
    for path in bench.exercise.keep:
        before, after = _at(start, path), _at(now, path)
        if before != after:
            return Verdict("hidden", (f"{path} is to stay as it is: it was {before!r}, and is now {after!r}",))
    return None


def _at(rendered: dict[str, Any], path: str) -> Any:
    found: Any = rendered
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _measured(bench: Bench) -> Verdict:
    prod = bench.running()
    measured = prod.ask()
    if measured["symptom"]:
        return Verdict("symptom", (in_words(measured),))
    if bench.frame == "team":  # its code knows no guard
        return _beside(bench, prod, measured)
    with bench.guarded() as guarded:
        again = guarded.ask()
        if again["symptom"]:
            reason = _short(again["problem"] or again["symptom"])
            return Verdict("broken", ("without the guard the answers are dev's, but the guard refuses:", reason))
        return _beside(bench, guarded, again)


def in_words(measured: dict[str, Any]) -> str:
    """The symptom in words."""
    return _short(measured["symptom"])


def _beside(bench: Bench, prod: LabSide, measured: dict[str, Any]) -> Verdict:
    """No symptom; is anything else not as it must be?"""
    seen = [f"0 of {measured['asked']:,} flights are decided otherwise than by dev"]
    if bench.exercise.both and bench.frame == "team":
        before, after = bench.dev_measured()["auc"][1], measured["auc"][1]
        if after < before - MARGIN:
            line = f"both sides agree, but know less: ROC AUC {before:.3f} before, {after:.3f} now"
            return Verdict("hidden", (line,))
        seen.append(f"ROC AUC {after:.3f}, {before:.3f} before")
    else:
        answers = [given for _, given in prod.ask(PARITY_LAB_FLIGHTS="/practice/others.json")["answers"]]
        pairs = list(zip(bench.dev_answers(), answers, strict=True))
        moved = sum(b is None or abs(a - b) > NOISE for a, b in pairs)
        if moved:
            line = f"the 2,000 flights of the dashboard are right, and {moved} of {len(pairs)} others are not"
            return Verdict("hidden", (line, "answers are made for the flights that are looked at"))
        seen.append(f"0 of {len(pairs)} other flights get another probability")
    problems = _gate(bench, prod) + _as_caught(bench, prod)
    if problems:
        return Verdict("broken", tuple(problems[:5]))
    return Verdict("repaired", (*seen, "the guard is on, and the gate finds nothing above a note"))


def _gate(bench: Bench, prod: LabSide) -> list[str]:
    on_prod = not bench.exercise.both
    model = on_prod and bench.replayed
    folder = Path(bench.staged)
    dev = folder / "dev.json" if on_prod else prod.snapshot(model=False, sibling=True)
    report = parity.gate(dev, prod.snapshot(model=model), model=model)
    undecided = [entry["reason"] for entry in report["undecided"]]
    return [f"the gate: {line}" for line in parity.lines(parity.serious(report)) + undecided]


def _as_caught(bench: Bench, prod: LabSide) -> list[str]:
    """What finds the scenario's break, asked again."""
    scenario = bench.exercise.scenario
    caught = scenario.caught_by if scenario else ""
    if caught == "replay" and scenario and not bench.frame:
        return [f"a replay: {line}" for line in parity.lines(parity.serious(parity.replay(prod.url)))]
    if caught == "monitor":
        found = prod.ask(PARITY_LAB_PATH="/check")["report"]
        return [f"the monitor: {line}" for line in parity.lines(parity.serious(found))]
    return []


def _short(text: Any) -> str:
    line = str(text).strip().splitlines()[0] if str(text).strip() else "no reason"
    return line if len(line) < 400 else f"{line[:400]}…"
