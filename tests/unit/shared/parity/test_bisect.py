import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compare.facts import masks
from shared.compare.report import Finding, Severity, Snapshot
from shared.parity import predictions
from shared.parity.bisect import part, parts, result
from shared.parity.bisect.between import Between
from shared.parity.bisect.causes import Search
from shared.parity.bisect.ddmin import closure, ddmin
from shared.parity.bisect.trials import Sides, Trials, judged

NAMES = tuple("abcdefgh")
GOLDEN = predictions.GoldenSet([{}, {}], 1e-9, 0.5)
Sets = frozenset[str]

subsets = st.frozensets(st.sampled_from(NAMES))
rules = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=2), max_size=5)


def last(shows: Callable[[Sets], bool], forced: Mapping[str, list[str]] | None = None) -> Sets:
    """The smallest set that is found; each yielded set shows the symptom, and is smaller than the one before."""
    closed = closure(forced or {})
    found = list(ddmin(NAMES, shows, closed))
    assert found[0] == frozenset(NAMES)
    assert all(
        after < before and shows(after) and closed(after) == after for before, after in itertools.pairwise(found)
    )
    return found[-1]


@given(subsets.filter(bool))
def test_exactly_the_culprits_are_found(culprits: Sets) -> None:
    """One, a pair that acts only together, or more: whatever their places."""
    assert last(lambda taken: culprits <= taken) == culprits


@given(st.lists(subsets.filter(bool), min_size=1, max_size=4), st.sets(subsets, max_size=30), rules)
def test_the_result_is_minimal_whatever_cannot_be_decided(
    causes: list[Sets], unresolved: set[Sets], forced: dict[str, list[str]]
) -> None:
    """Without any one member, and what requires that one, it does not show the symptom, or cannot be decided."""
    closed = closure(forced)

    def shows(taken: Sets) -> bool:
        whole = taken == frozenset(NAMES)
        return whole or (taken not in unresolved and any(cause <= taken for cause in causes))

    found = last(shows, forced)
    for name in found:
        fewer = closed(found - {name})
        assert fewer == found or not shows(fewer)


def test_no_set_is_tried_that_cannot_be() -> None:
    """A package goes with what it requires; that alone is tried too, and may be the culprit."""
    forced = {"a": ["h"]}
    tried: list[Sets] = []

    def shows(taken: Sets) -> bool:
        tried.append(taken)
        return "h" in taken

    assert last(shows, forced) == {"h"}
    assert all("h" in taken for taken in tried if "a" in taken)
    assert last(lambda taken: "a" in taken, forced) == {"a", "h"}


def installed(version: str, *requires: str) -> tuple[str, list[str]]:
    """A distribution's version and requirements."""
    return version, list(requires)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (installed("1"), installed("2", "y>=5"), {"x": ["y"]}),
        (installed("1", "y<5"), installed("2"), {"y": ["x"]}),
        (installed("1", "y<9"), installed("2", "Y_>=1"), {}),
        (installed("1"), installed("2", "y>=5; extra == 'fast'"), {}),
        (installed("1"), installed("2", "y>=5; python_version < '3'"), {}),
        (installed("1"), installed("2", "y>=6"), {}),
    ],
    ids=["newer-needed", "older-needed", "both-fit", "extra", "marker", "violated-by-itself"],
)
def test_what_must_be_exchanged_together_follows_from_requirements(
    ours: tuple[str, list[str]], theirs: tuple[str, list[str]], expected: dict[str, list[str]]
) -> None:
    """Of a package x and its dependency y, 4 on one side and 5 on the other."""
    assert parts.forced({"x": ours, "y": ("4", [])}, {"x": theirs, "y": ("5", [])}) == expected


def test_a_package_that_is_on_one_side_only_forces_its_dependents() -> None:
    """One that B removed cannot go alone while A's other package requires it."""
    x, y = "x", "y"
    assert parts.forced({x: ("1", ["y"]), y: ("1", [])}, {x: ("2", [])}) == {y: [x]}
    assert parts.forced({x: ("1", [])}, {x: ("2", ["y"]), y: ("1", [])}) == {x: [y]}


def answers(*late: float) -> dict[str, Any]:
    """What `answer.py` gives."""
    rows = [[value] for value in late]
    return {"failure": None, "stages": {"probability": {"columns": ["late"], "rows": rows}}}


def failed(evidence: str) -> dict[str, Any]:
    """What it gives where the model fails."""
    return {"failure": {"what": "the model cannot be loaded", "evidence": evidence}, "stages": None}


def test_a_failure_is_the_same_whatever_its_addresses_and_folders() -> None:
    """Each replay has a folder of its own."""
    one, other = failed("/folder/tmp1a_/model: <f at 0x7f3a>"), failed("/other/tmp9/model: <f at 0x12>")
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


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Makes folders of packages and looks for packages there alone, as the environment's Python would."""

    def forget() -> None:
        parts._distributions.cache_clear()
        parts._owners.cache_clear()
        parts._folder.cache_clear()

    def made(folder: str, packages: Mapping[str, Sequence[str]], **more: str) -> Path:
        site = tmp_path / folder / "site-packages"
        for name, files in packages.items():
            info = f"{name}-{folder}.dist-info"
            texts = {f"{info}/METADATA": f"Name: {name}\nVersion: 1\n", f"{info}/RECORD": ""}
            texts |= {file: f"{folder} {file}" for file in files}
            texts[f"{info}/RECORD"] = "".join(f"{file},,\n" for file in texts)
            write(site, texts)
        write(site, more)
        forget()
        monkeypatch.setattr("sys.path", [str(site)])
        return site

    monkeypatch.setattr(parts, "POOL", tmp_path / "pool")
    yield made
    forget()


def write(folder: Path, texts: Mapping[str, str]) -> None:
    """Files with these texts."""
    for file, text in texts.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)


def below(folder: Path) -> dict[str, str]:
    """Names and texts of all files, and of folders that are empty."""
    leaves = [path for path in folder.rglob("*") if path.is_file() or not any(path.iterdir())]
    return {str(path.relative_to(folder)): path.read_text() if path.is_file() else "empty" for path in leaves}


def test_parts_of_a_package_are_its_own_folders_and_its_files_in_shared_ones(environment: Callable[..., Path]) -> None:
    """With what lies in its folder unrecorded, and with bytecode; and nothing of another."""
    bytecode = "__pycache__/single.cpython-313.pyc"
    packages = {"one": ["one/a.py", "both/one.py", "single.py"], "two": ["two/b.py", "both/two.py"]}
    site = environment("1", packages, **{"one/unrecorded.py": "", bytecode: ""})
    folder, paths = parts._part(("packages", "one"))
    assert folder == site
    info = ["one-1.dist-info/METADATA", "one-1.dist-info/RECORD"]
    assert set(paths) == {"one/a.py", "one/unrecorded.py", "both/one.py", "single.py", bytecode, *info}
    assert parts._part(("packages", "three")) == (site, [])


SIDES: Any = (
    {"one": ["one/a.py", "one/old/b.py", "both/one.py"], "two": ["two.py"], "three": ["three/c.py"]},
    {"one": ["one/a.py", "both/one.py"], "two": ["both/two.py"], "four": ["four/d.so"]},
)
SUBJECTS = ("one", "two", "three", "four")


@pytest.mark.parametrize("taken", [each for n in range(5) for each in itertools.combinations(range(4), n)])
def test_an_exchange_takes_exactly_what_it_is_given(environment: Callable[..., Path], taken: tuple[int, ...]) -> None:
    """Also where a folder of one package becomes a shared one, and where a package is on one side only."""
    named = [("packages", subject) for subject in SUBJECTS]
    site = environment("1", SIDES[0], **{"one/same.py": "same"})
    listed, ours = parts.listed(named), below(site)
    (site / "one" / "a.py").chmod(0o600)
    theirs = below(environment("2", SIDES[1], **{"one/same.py": "same"}))
    picked = parts.pick(named, listed)
    assert picked == {"forced": {}, "native": [3]}
    assert not (parts.POOL / "0" / "one" / "same.py").exists()
    parts.exchange(",".join(map(str, taken)))

    def owned(files: Mapping[str, str], wanted: bool) -> dict[str, str]:
        def owner(file: str) -> str:
            return next(each for each in SUBJECTS if f"/{each}" in f"/{file}".replace("/both", ""))

        return {file: text for file, text in files.items() if (SUBJECTS.index(owner(file)) in taken) == wanted}

    assert below(site) == owned(ours, False) | owned(theirs, True)


def test_of_the_code_its_python_files_are_a_part_and_other_files_by_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the gate names them; and a module that no distribution installed, with its folder or bytecode."""
    write(tmp_path, {"shared/a.py": "", "shared/rates.json": "", "shared/__pycache__/a.cpython-313.pyc": ""})
    write(tmp_path / "site-packages", {"loose.py": "", "odd/__init__.py": "", "odd/data.csv": "", "start.pth": ""})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [str(tmp_path / "site-packages")])
    for named, expected in {
        ("code", "shared"): {"shared/a.py", "shared/__pycache__/a.cpython-313.pyc"},
        ("files", "shared/rates.json"): {"shared/rates.json"},
        ("loose", "loose"): {"loose.py"},
        ("loose", "odd"): {"odd/__init__.py", "odd/data.csv"},
        ("startup", "start.pth"): {"start.pth"},
    }.items():
        assert set(parts._part(named)[1]) == expected


def test_what_can_be_exchanged_follows_from_the_facts() -> None:
    """In the order of the findings; files that a finding sums up are taken one by one, and secrets not at all."""
    sides = [
        Snapshot(
            side,
            {
                "packages": {"value": {"numpy": {"version": side}}},
                "loose": {"value": {"odd": side}},
                "files": {"value": {"a.json": side, "b.json": side, "same": "1"}},
                "variables": {"value": {"OMP": side, "KEY": f"{masks.MASK} {side}"}},
                "libraries": {"value": {"libm": side}},
            },
        )
        for side in "ab"
    ]
    subjects = [("settings", "OMP"), ("libraries", "libm"), ("packages", "odd (loose)"), ("files", "2 files in .")]
    found = [
        Finding(*each, "a", "b", Severity.RISK, "why", "remedy")
        for each in (*subjects, ("packages", "numpy"), ("settings", "KEY"))
    ]
    exchangeable = part.parts(*sides, found)
    assert list(map(str, exchangeable)) == [
        "settings: OMP",
        "packages: odd (loose)",
        "packages: numpy",
        "files: a.json",
        "files: b.json",
    ]
    assert list(exchangeable.values())[:3] == [found[0], found[2], found[4]]
