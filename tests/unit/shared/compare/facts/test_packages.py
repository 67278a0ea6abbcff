"""Installed packages, by their files and by their metadata."""

import json
import sys
import textwrap
from pathlib import Path

import pytest

from shared.compare.facts import (
    distributions,
    packages,
    summary,
    undeclared,
)
from shared.compare.facts.context import Context
from tests.unit.shared.compare.conftest import PROGRAM, run
from tests.unit.shared.compare.facts.conftest import installed
from tests.unit.shared.compare.sides import Facts


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages: one with a record, one as Debian installs, and what belongs to none."""
    site = tmp_path / "site-packages"
    files = {
        "good-1.0.dist-info/METADATA": textwrap.dedent("""\
            Metadata-Version: 2.1
            Name: Go_od
            Version: 1.0
            Requires-Dist: numpy>=1
            Requires-Dist: pytest; extra == "test"
            Requires-Dist: numexpr>=2; extra == 'performance'
            Requires-Dist: numexpr>=2; extra == "all"
            Requires-Dist: matplotlib; extra == "plot"
            Requires-Dist: joblib; extra == "parallel"

            Name: not this one
            """),
        "good-1.0.dist-info/RECORD": 'good/__init__.py,,\ngood/data.json,,\n"good/tests/test_it.py",,\ngood/x.pyi,,\n',
        "good/__init__.py": "x = 1\n",
        "good/data.json": "{}",
        "debian-2.0.dist-info/METADATA": "Name: debian\nVersion: 2.0\n",
        "debian-2.0.dist-info/top_level.txt": "deb\n",
        "deb/inner/code.py": "",
        "loose/part.py": "",
        "alone.py": "",
        "sitecustomize.py": "import alone\n",
        "patch.pth": "import alone\n",
        "path.pth": "/somewhere\n",
    }
    for name, content in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(content)
    return site


def seen(site: Path) -> Facts:
    """The facts of a Python that has this folder of packages alone."""
    return run(f"import sys\nsys.path.append({str(site)!r})\n" + PROGRAM, "/", "-S")


def test_packages_are_identified_by_their_files(site: Path) -> None:
    """An edit, a lost file and a changed data file show; tests and stubs, which slim images lack, do not."""
    first = seen(site)["packages"]["value"]
    assert first["go-od"]["version"] == "1.0"
    assert first["go-od"]["modules"] == ["good"]
    assert first["go-od"]["requires"] == ["joblib?", "numexpr?", "numpy"]
    assert first["go-od"]["missing_files"] == 0
    assert first["debian"]["modules"] == ["deb"]
    (site / "good/data.json").write_text("[]")
    (site / "deb/inner/code.py").write_text("edited = True\n")
    second = seen(site)["packages"]["value"]
    assert second["go-od"]["sha256"] != first["go-od"]["sha256"]
    assert second["debian"]["sha256"] != first["debian"]["sha256"]
    (site / "good/__init__.py").unlink()
    assert seen(site)["packages"]["value"]["go-od"]["missing_files"] == 1


def test_what_no_list_of_packages_shows(site: Path) -> None:
    """Modules that nothing installed, and code that runs at start-up."""
    facts = seen(site)
    assert list(facts["loose"]["value"]) == ["alone", "loose"]
    assert {"patch.pth", "sitecustomize.py"} <= set(facts["startup"]["value"])
    assert "path.pth" not in facts["startup"]["value"]


def test_damaged_metadata_costs_one_package(site: Path) -> None:
    """A distribution without a version is recorded as it is; the others are not lost."""
    (site / "debian-2.0.dist-info/METADATA").write_text("Name: debian\n")
    packages = seen(site)["packages"]["value"]
    assert packages["debian"]["version"] == "unknown"
    assert packages["go-od"]["version"] == "1.0"


def test_shadowed_and_duplicate_packages(site: Path, tmp_path: Path) -> None:
    """A module of the same name earlier on the path hides the installed one; a second copy is recorded, too."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "good.py").write_text("")
    second = tmp_path / "more" / "good-0.9.dist-info"
    second.mkdir(parents=True)
    (second / "METADATA").write_text("Name: go.od\nVersion: 0.9\n")
    text = f"import sys\nsys.path += [{str(site)!r}, {str(second.parent)!r}]\n"
    facts = run(text + PROGRAM, tmp_path / "work", "-S")
    assert list(facts["shadowed"]["value"]) == ["good"]
    assert [place.split()[0] for place in facts["duplicates"]["value"]["go-od"]] == ["1.0", "0.9"]


def test_damaged_metadata_costs_its_item_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text that is not UTF-8, a URL that is no JSON, what pip left behind; each is named, and no fact is lost."""
    installed(tmp_path, "one-1.0.dist-info", METADATA="Name: one\nVersion: 1.0\nAuthor: Jos\xe9\n", direct_url_json="{")
    installed(tmp_path, "two-2.0.dist-info", METADATA="Name: two\nVersion: 2.0\n", direct_url_json="[1]")
    installed(tmp_path, "~wo-1.0.dist-info", METADATA="Name: two\nVersion: 1.0\n")
    installed(tmp_path, "nameless.dist-info", METADATA="Version: 1.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    context = Context({"workdir": "/usr"})
    versions = {name: package["version"] for name, package in packages.packages(context).items()}
    assert versions == {"one": "1.0", "two": "2.0"}
    assert packages.duplicates(context) == {}
    problems = [one["item"] for one in summary.compared(context)["not_seen"]]
    assert "direct_url.json of one" in problems
    assert str(tmp_path / "~wo-1.0.dist-info") in problems


def test_where_a_package_came_from_has_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URL of a private index may hold one."""
    url = json.dumps({"url": "https://joe:hunter2@pypi.example/one.whl"})
    installed(tmp_path, "one-1.0.dist-info", METADATA="Name: one\nVersion: 1.0\n", direct_url_json=url)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert packages.packages(Context())["one"]["source"] == "https://***@pypi.example/one.whl"


@pytest.mark.parametrize(
    "source",
    [
        "import ratelib",
        "from ratelib.rates import (\n    RATE,\n)",
        "import os, \\\n    ratelib as rates",
        "try: import ratelib\nexcept ImportError: pass",
        "def rate():\n\timport os; from ratelib import rate\n",
    ],
)
def test_what_a_package_imports_without_declaring_it_is_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """A team's own wheel, which declares nothing, runs through what it imports; not through what it writes about."""
    about = '"""An example:\n\nimport other\n"""\n'
    for name, text in {"shop": about + source, "ratelib": "", "other": ""}.items():
        (tmp_path / f"{name}-1.0.dist-info").mkdir()
        (tmp_path / f"{name}.py").write_text(text)
        (tmp_path / f"{name}-1.0.dist-info/METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
        (tmp_path / f"{name}-1.0.dist-info/RECORD").write_text(f"{name}.py,,\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert undeclared.undeclared(Context({})) == {"shop": {"ratelib"}, "ratelib": set(), "other": set()}
    assert packages.packages(Context({}))["shop"]["requires"] == ["ratelib"]


def test_requirements_of_an_egg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are in a file of their own, by extra."""
    requires = "numpy>=1\n\n[fast]\nnumexpr\n\n[test]\npytest\n"
    (tmp_path / "one.egg-info").mkdir()
    (tmp_path / "one.egg-info/PKG-INFO").write_text("Name: one\nVersion: 1.0\n")
    (tmp_path / "one.egg-info/requires.txt").write_text(requires)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    (one,) = distributions.distributions(Context())
    assert one.requires == ["numexpr?", "numpy"]


def test_a_package_of_byte_code_alone_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its record names sources that are not there."""
    installed(tmp_path, "one-1.0.dist-info", METADATA="Name: one\nVersion: 1.0\n", RECORD="one.py,,\none/test/x.py,,\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    digests = []
    for content in ("a", "b"):
        (tmp_path / "one.pyc").write_text(content)
        digests.append(packages.packages(Context())["one"])
    assert digests[0]["sha256"] != digests[1]["sha256"]
    assert digests[0]["missing_files"] == 0
