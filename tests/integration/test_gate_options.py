"""The gate's command line, its variables, and its reports."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.integration.support.gate import parity, refused
from tests.lab.sandbox import ROOT


@pytest.mark.parametrize(
    ("arguments", "expected"),
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
def test_an_invalid_command_line_is_refused(arguments: list[str], expected: str) -> None:
    """As all else that is wrong: what, evidence and remedy."""
    assert expected in refused(*arguments)


def test_the_command_describes_itself() -> None:
    """Its version, its checks, and the defaults of its options."""
    assert (
        parity("--version").stdout
        == f"parity {tomllib.loads((ROOT / 'pyproject.toml').read_text())['project']['version']}\n"
    )
    listed = parity("explain").stdout.splitlines()
    assert [line.split()[0] for line in listed][:3] == ["image", "python", "packages"]
    assert all(len(line.split()) > 3 for line in listed)
    assert "(default: risk)" in " ".join(parity("gate", "--help").stdout.split())


@pytest.mark.parametrize(
    ("arguments", "stream"),
    [
        (["explain", "packages"], "stdout"),
        (["gate", "--help"], "stdout"),
        (["completion", "bash"], "stdout"),
        (["gate", "a", "b"], "stderr"),
    ],
)
def test_a_reader_that_has_had_enough_is_no_error(arguments: list[str], stream: str) -> None:
    """`| head` ends it as it ends other programs: quietly, with the exit code of SIGPIPE."""
    reader, writer = os.pipe()
    os.close(reader)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: writer}
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    try:
        command = [sys.executable, "-m", "shared.parity", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=buffered, text=True, timeout=60, **streams)
    finally:
        os.close(writer)
    assert (done.returncode, done.stdout or "", done.stderr or "") == (141, "", "")


def test_an_invalid_variable_is_refused() -> None:
    """The twins of options are held to the same."""
    for name, value in (("FORMAT", "pdf"), ("FAIL_ON", "all"), ("REPORT", "json")):
        assert value in refused("gate", "a", "b", **{f"PARITY_{name}": value})


def test_a_file_that_cannot_be_written_is_an_error(taken: Path) -> None:
    """And the exit code is not the report's."""
    assert "cannot be written" in refused("gate", f"file:{taken}", f"file:{taken}", "--output", "/no/such/folder/x")


def test_reports_are_written_in_all_formats_at_once(taken: Path, risky: Path, tmp_path: Path) -> None:
    """One run, a file for each; `--output` takes the place of standard output."""
    names = {"json": "a.json", "junit": "a.xml", "markdown": "a.md", "sarif": "a.sarif", "text": "a.txt"}
    names["html"] = "a.html"
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
    assert "<h1>BROKEN: " in read["html"]
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


def test_a_finding_is_ignored_for_a_time(taken: Path, risky: Path, tmp_path: Path) -> None:
    """By the file in the folder where the command is typed; it is listed, with the reason."""
    sides = f"file:{taken}", f"file:{risky}"
    text = '[[ignore]]\ncheck = "settings"\nsubject = "SKLEARN_*"\nreason = "the input is clean"\nexpires = {}\n'
    (tmp_path / "parity.toml").write_text(text.format("2999-01-01"))
    done = parity("gate", *sides, folder=tmp_path)
    assert done.returncode == 0
    assert "the input is clean (ignored until 2999-01-01)" in done.stdout
    (tmp_path / "parity.toml").write_text(text.format("2020-01-01"))
    done = parity("gate", *sides, folder=tmp_path)
    assert done.returncode == 1
    assert "note    ignore: settings: SKLEARN_*: expired on 2020-01-01" in done.stdout
    (tmp_path / "parity.toml").write_text(text.format('"soon"'))
    assert "expected a date" in refused("gate", *sides, folder=tmp_path)
    assert parity("explain", "image", folder=tmp_path).returncode == 0


def test_an_option_wins_over_its_variable_and_that_over_the_file(taken: Path, risky: Path, tmp_path: Path) -> None:
    """And the file over the default."""
    sides = f"file:{taken}", f"file:{risky}"
    (tmp_path / "pyproject.toml").write_text('[tool.parity]\nfail-on = "breaks"\nformat = "json"\n')
    done = parity("gate", *sides, folder=tmp_path)
    assert (done.returncode, done.stdout[0]) == (0, "{")
    assert parity("gate", *sides, folder=tmp_path, PARITY_FAIL_ON="risk").returncode == 1
    assert parity("gate", *sides, "--fail-on", "breaks", folder=tmp_path, PARITY_FAIL_ON="risk").returncode == 0
    (tmp_path / "pyproject.toml").write_text('[tool.parity]\nfail-on = "note"\n')
    assert "pyproject.toml: expected one of breaks, risk" in refused("gate", *sides, folder=tmp_path)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["parity", ""], {"gate", "replay", "explain", "completion"}),
        (["parity", "gate", "--fail"], {"--fail-on"}),
        (["parity", "gate", "image:a", "image:b", "--fail-on", ""], {"breaks", "risk"}),
        (["parity", "gate", "-f", "ju"], {"junit"}),
        (["parity", "explain", "pac"], {"packages"}),
    ],
)
def test_bash_completes(line: list[str], expected: set[str]) -> None:
    """The script loads, and answers as bash asks."""
    ask = (
        'eval "$1"; shift; complete -p parity; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _parity; echo ${COMPREPLY[@]}'
    )
    script = parity("completion", "bash").stdout
    bash = ["bash", "--norc", "-euc", ask, "bash", script, *line]
    done = subprocess.run(bash, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    registered, words = done.stdout.splitlines()
    assert registered == "complete -o default -F _parity parity"
    assert expected <= set(words.split())
    assert len(words.split()) < 3 or "" in line
