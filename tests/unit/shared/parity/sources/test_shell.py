"""Shell text that is run up to its last command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shared.parity.sources.inside import probe, shell


@pytest.mark.parametrize(
    "text",
    [
        'if [ -n "$HOME" ]; then export A=1; fi\nexec "$@" --last\n',
        'export A=$(echo 1); exec   "$@" --last',
        'case "$1" in serve) A=1; export A; exec "$@" --last;; *) exec false;; esac',
        'export A=1\nfor x in 1 2; do :; done\ncd / && "$@" \\\n  --last\n',
        '{ export A=1; exec "$@" --last 2>&1; }',
        "f() { export A=1; }\nf\nserve 'a  b' --last\n",
        'exec 3>/dev/null; export A=`echo 1`\nexec "$@" --last',
    ],
)
def test_the_last_command_is_handed_to_the_probe(text: str, tmp_path: Path) -> None:
    """With its words expanded, its variables, and its folder; it is not run."""
    output = tmp_path / "probed.json"
    probed = shell.instrumented(text, [sys.executable, "-I", "-S", probe.__file__, str(output)])
    command = ["sh", "-c", probed, "name", "serve", "a  b"]
    subprocess.run(command, check=True, timeout=60, env={"PATH": "/usr/bin:/bin", "HOME": "/"}, cwd=tmp_path)
    found = json.loads(output.read_text())
    assert found["argv"] == ["serve", "a  b", "--last"]
    assert found["env"]["A"] == "1"


@pytest.mark.parametrize(
    ("words", "kept", "is_text", "rest"),
    [
        (["-c", "x"], [], True, ["x"]),
        (["-lc", "x", "0"], ["-l"], True, ["x", "0"]),
        (["-euo", "pipefail", "-c", "x"], ["-euo", "pipefail"], True, ["x"]),
        (["--norc", "-e", "script", "-c"], ["--norc", "-e"], False, ["script", "-c"]),
        (["--", "script"], [], False, ["script"]),
    ],
)
def test_options_of_a_shell_are_not_its_text(words: list[str], kept: list[str], is_text: bool, rest: list[str]) -> None:
    """As POSIX has them."""
    assert shell.flags(words) == (kept, is_text, rest)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('#!/bin/sh\nset -e\nexport A=1\nB=2\ncd /srv\nexec "$@"', []),
        ("python3 /opt/fetch.py && exec python3 serve.py", ["python3 /opt/fetch.py"]),
        ("if [ -f x ]; then python3 /opt/fetch.py; fi\nexec serve", ["python3 /opt/fetch.py"]),
        ("python3 worker.py &\nexec serve -w 4", ["python3 worker.py &"]),
        ("set -a\n. /etc/shop.env\nserve", [". /etc/shop.env"]),
        ("exec python3 < /opt/run.txt", ["/opt/run.txt"]),
    ],
)
def test_what_runs_before_the_last_command_is_known(text: str, kept: list[str]) -> None:
    """And which file it reads; not what only sets what is seen afterwards."""
    assert shell.before(text) == kept
