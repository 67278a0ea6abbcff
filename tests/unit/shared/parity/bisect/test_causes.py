"""The search for causes, in environments that a function stands for, and how its result is written."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from shared.compare.report import Finding, Severity
from shared.parity import predictions
from shared.parity.bisect import result
from shared.parity.bisect.between import Between
from shared.parity.bisect.causes import Search
from shared.parity.bisect.ddmin import closure
from shared.parity.bisect.trials import Sides, Trials, judged

Sets = frozenset[str]
GOLDEN = predictions.GoldenSet([{}, {}], 1e-9, 0.5)


def answers(*late: float) -> dict[str, Any]:
    """What `answer.py` gives."""
    rows = [[value] for value in late]
    return {"failure": None, "stages": {"probability": {"columns": ["late"], "rows": rows}}}


def failed(evidence: str) -> dict[str, Any]:
    """What it gives where the model fails."""
    return {"failure": {"what": "the model cannot be loaded", "evidence": evidence}, "stages": None}


def test_a_failure_is_the_same_whatever_its_addresses_and_folders() -> None:
    """Each replay has a folder of its own."""
    one, other = failed("/.parity/parity-1a/code.py: <f at 0x7f3a>"), failed("/other/parity-9/code.py: <f at 0x12>")
    assert judged(GOLDEN, one, other) == ("", None)
    assert judged(GOLDEN, answers(0.1, 0.2), failed("no numpy"))[0] == "the model cannot be loaded: no numpy"
    assert judged(GOLDEN, answers(0.1, 0.2), answers(0.1, 0.6))[0] == "moved"


def search(differences: str, answer: Callable[[Sets], dict[str, Any]], seconds: float = 60, **forced: str) -> Search:
    """A search in environments that a function stands for."""

    class Pretended:
        def answers(self, taken: Sets, model: Path, left: float) -> dict[str, Any]:
            return answer(frozenset(name.removeprefix("packages: ") for name in taken))

    names = {
        f"packages: {name}": Finding("packages", name, "1", "2", Severity.RISK, "another", f"install {name}")
        for name in differences
    }
    closed = closure({f"packages: {name}": [f"packages: {each}" for each in to] for name, to in forced.items()})
    sides = Sides(GOLDEN, answer(frozenset()), answer(frozenset({*differences, "outside"})))
    between, deadline = cast(Between, Pretended()), time.monotonic() + seconds
    trials = Trials(between, sides, Path(), closed, len(names), deadline, lambda line: None)
    outside = Finding("system", "libc", "glibc 2.36", "glibc 2.41", Severity.RISK, "other", "one base")
    return Search(trials, names, [outside], [])


def causes(made: Search) -> list[set[str]]:
    """Subjects of each cause."""
    return [{finding.subject for finding in cause.members} for cause in made.causes]


def test_independent_causes_are_all_found_and_the_rest_is_cleared() -> None:
    """A pair that acts together, and one by itself."""
    made = search("abcdefgh", lambda taken: answers(0.1 + 0.2 * ({"b", "g"} <= taken), 0.3 + 0.1 * ("e" in taken)))
    assert made.run() == "found"
    assert sorted(map(sorted, causes(made))) == [["b", "g"], ["e"]]
    assert made.cleared == 5
    assert made.candidates == ()


def test_what_is_required_is_separated_from_what_acts() -> None:
    """`a` acts, and cannot be had without `h`; `c` requires `a`, so it cannot be separated."""
    made = search("abch", lambda taken: answers(0.1, 0.3 + 0.4 * ("a" in taken)), a="h", c="a")
    assert made.run() == "found"
    assert causes(made) == [{"a"}]
    assert [finding.subject for finding in made.causes[0].required] == ["h"]
    assert any("packages: c" in note for note in made.notes)


def test_a_cause_outside_names_candidates() -> None:
    """Everything together answers as before, so it is something else."""
    made = search("abc", lambda taken: answers(0.1, 0.9 if "outside" in taken else 0.2))
    assert made.run() == "outside"
    assert [finding.subject for finding in made.candidates] == ["libc"]
    assert made.cleared == 3


def test_a_cause_that_does_not_explain_everything_names_candidates_too() -> None:
    """A part of the difference lies outside."""
    made = search("abc", lambda taken: answers(0.1 + 0.2 * ("b" in taken), 0.9 if "outside" in taken else 0.2))
    assert made.run() == "found"
    assert causes(made) == [{"b"}]
    assert [finding.subject for finding in made.candidates] == ["libc"]


def test_a_failure_of_a_mixture_is_not_taken_for_the_symptom() -> None:
    """`a` without `b` does not import, which is not how B differs."""

    def answer(taken: Sets) -> dict[str, Any]:
        return failed("a without b") if "a" in taken and "b" not in taken else answers(0.1, 0.2 + 0.7 * ("f" in taken))

    made = search("abcdef", answer)
    assert made.run() == "found"
    assert causes(made) == [{"f"}]


def test_a_failure_is_searched_for_as_it_is() -> None:
    """B fails; answers that merely move are not that, and are a cause of their own."""
    made = search("abcd", lambda taken: failed("no") if "c" in taken else answers(0.1, 0.2 + 0.7 * ("a" in taken)))
    assert made.run() == "found"
    assert causes(made) == [{"c"}, {"a"}]


def test_without_time_it_says_what_it_knows() -> None:
    """Nothing is decided, and the remedy is named."""
    made = search("ab", lambda taken: answers(0.1, 0.2 + 0.7 * ("a" in taken)), seconds=-1)
    assert made.run() == "undecided"
    assert "--timeout" in made.notes[-1]


def test_a_base_that_answers_otherwise_than_its_source_decides_nothing() -> None:
    """Then no set can be compared."""
    made = search("ab", lambda taken: answers(0.1, 0.2))
    made.trials.sides = Sides(GOLDEN, answers(0.3, 0.3), answers(0.1, 0.2))
    assert made.run() == "undecided"


def test_the_result_is_written_in_words_and_as_json() -> None:
    """Culprit, measure, remedy; what comes from an environment does not steer the terminal."""
    made = search("ab", lambda taken: answers(0.1, 0.2 + 0.7 * ("a" in taken)))
    verdict, steps = made.run(), tuple(made.trials.steps.values())
    found = result.Result("image:a\x1b[2J", "image:b", verdict, 2, 2, tuple(made.causes), 1, (), (), steps)
    words = result.text(found)
    assert "CULPRIT packages: a" in words
    assert "1 of 2 golden labels flip" in words
    assert "install a" in words
    assert "\x1b" not in words
    assert found.exit_code == 1
    assert '"packages: a"' in result.to_json(found)
