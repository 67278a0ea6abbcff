"""The gate's command line, its variables, and its reports."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.harness.gate import parity, refused


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["gate", "a", "b", "--format", "pdf"], "'pdf'"),
        (["gate", "a", "b", "--report", "pdf=x"], "expected FORMAT=FILE"),
        (["gate", "a", "b", "--report", "json="], "expected FORMAT=FILE"),
        (["gate", "a", "b", "--fail-on", "note"], "'note'"),
        (["gate", "a"], "B"),
        (["gate", "a", "b", "--golden", "x"], "given: --golden"),
        (["replay", "http://127.0.0.1:1", "--timeout", "0"], "expected seconds"),
        (["explain", "nothing"], "invalid choice"),
        (["nothing"], "invalid choice"),
        ([], "command"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_told(arguments: list[str], told: str) -> None:
    """As all else that is wrong: what, evidence and remedy."""
    assert told in refused(*arguments)


def test_a_variable_that_cannot_be_read_is_told() -> None:
    """The twins of options are held to the same."""
    for name, value in (("FORMAT", "pdf"), ("FAIL_ON", "all"), ("REPORT", "json")):
        assert value in refused("gate", "a", "b", **{f"PARITY_{name}": value})


def test_a_file_that_cannot_be_written_is_told(taken: Path) -> None:
    """And the exit code is not the report's."""
    assert "cannot be written" in refused("gate", f"file:{taken}", f"file:{taken}", "--output", "/no/such/folder/x")


@pytest.fixture(scope="session")
def risky(taken: Path) -> Path:
    """A snapshot that differs from `taken` in a risk."""
    content = json.loads(taken.read_text())
    content["facts"]["variables"]["value"]["SKLEARN_ASSUME_FINITE"] = "1"
    path = taken.with_name("risky.json")
    path.write_text(json.dumps(content))
    return path


def test_reports_are_written_in_all_formats_at_once(taken: Path, risky: Path, tmp_path: Path) -> None:
    """One run, a file for each; `--output` takes the place of standard output."""
    names = {"json": "a.json", "junit": "a.xml", "markdown": "a.md", "sarif": "a.sarif", "text": "a.txt"}
    reports = [f"--report={name}={tmp_path / file}" for name, file in names.items()]
    done = parity("gate", f"file:{taken}", f"file:{risky}", *reports, "--output", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    read = {name: (tmp_path / file).read_text() for name, file in names.items()}
    assert json.loads(read["json"])["exit_code"] == 1
    failed = [case.get("name") for case in ElementTree.fromstring(read["junit"]).iter("testcase") if len(case)]  # noqa: S314
    assert failed == ["settings"]
    assert read["markdown"].startswith("### Parity: broken")
    assert json.loads(read["sarif"])["version"] == "2.1.0"
    assert read["text"].startswith("BROKEN: ")
    assert (tmp_path / "out").read_text() == read["text"]


def test_each_option_has_a_variable(taken: Path, risky: Path, tmp_path: Path) -> None:
    """The option wins over its variable."""
    sides = f"file:{taken}", f"file:{risky}"
    variables = {
        "PARITY_FORMAT": "json",
        "PARITY_FAIL_ON": "breaks",
        "PARITY_OUTPUT": str(tmp_path / "out.json"),
        "PARITY_REPORT": f"text={tmp_path / 'a.txt'} junit={tmp_path / 'a.xml'}",
    }
    done = parity("gate", *sides, **variables)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "out.json").read_text())["exit_code"] == 0
    assert (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.xml").exists()
    assert parity("gate", *sides, "--fail-on", "risk", **variables).returncode == 1
    assert parity("gate", *sides, PARITY_MODEL="/no/such").returncode == 2


def test_only_proven_breaks_fail_on_demand(taken: Path, risky: Path) -> None:
    """`--fail-on breaks` lets risks pass, and still shows them."""
    done = parity("gate", f"file:{taken}", f"file:{risky}", "--fail-on", "breaks")
    assert done.returncode == 0
    assert "SKLEARN_ASSUME_FINITE" in done.stdout
