"""What can be exchanged between two environments, what must go together, and the exchange itself."""

import itertools
import sysconfig
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from shared.compare.facts import masks
from shared.compare.report import Finding, Severity, Snapshot
from shared.parity.bisect import part, parts


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
        monkeypatch.setattr("sys.path", [str(site), sysconfig.get_path("stdlib")])
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
