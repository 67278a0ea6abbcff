"""What is typed behind a target arrives as it was typed: neither make nor a shell makes anything of it."""

import json
import subprocess
from pathlib import Path

import pytest

from shared.image.paths import ROOT

PYTHON = """#!/usr/bin/env python3
import json, os, sys
call = {"words": sys.argv[1:], "artifacts": os.environ.get("PARITY_ARTIFACTS")}
print(json.dumps(call), file=open("calls", "a"))
"""
EVIL = ["image:$$(touch evil)", "$(shell touch evil)", '"; touch evil; "', "`touch evil`", "a b"]


@pytest.fixture
def typed(tmp_path):
    """Run make where every Python is one that writes down how it was called; returns its last call."""
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)

    def make(*words: str) -> dict[str, object]:
        done = subprocess.run(["make", f"PYTHON={python}", *words], cwd=tmp_path, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        assert not (tmp_path / "evil").exists()
        return json.loads((tmp_path / "calls").read_text().splitlines()[-1])

    return make


@pytest.mark.parametrize("evil", EVIL)
def test_a_name_is_one_word_and_nothing_else(typed, evil: str) -> None:
    """Of an image, a model's folder, a version."""
    assert typed("gate", f"A={evil}", "B=container:b", f"MODEL={evil}")["words"][3:] == [
        *(evil, "container:b", "--model", evil)
    ]
    assert typed("publish", f"VERSION={evil}")["words"][-1] == evil
    assert typed("reproduce", f"MODEL={evil}")["words"][-1] == evil


@pytest.mark.parametrize("evil", EVIL)
def test_options_are_split_at_spaces_and_nothing_else(typed, evil: str) -> None:
    """A `*` is no pattern either."""
    assert typed("dev", f"ARGS=--sample 5 * {evil}")["words"][3:] == ["--", "--sample", "5", "*", *evil.split(" ")]


def test_a_folder_of_artifacts_is_absolute(typed, tmp_path: Path) -> None:
    """Compose would take `artifacts2` for the name of a volume."""
    assert typed("dev")["artifacts"] is None
    assert typed("dev", "PARITY_ARTIFACTS=my artifacts")["artifacts"] == f"{tmp_path}/my artifacts"
    assert typed("dev", "PARITY_ARTIFACTS=/srv/my artifacts")["artifacts"] == "/srv/my artifacts"


def test_the_gate_wants_two_sides(tmp_path: Path) -> None:
    """Before anything is looked at."""
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    done = subprocess.run(["make", "PYTHON=false", "gate", "A=image:a"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "evidence: A=image:a B=\n" in done.stderr
