"""What is found of files while the master imports."""

import json
import os
import subprocess
import sys

import pytest

from prod import ahead
from prod.apart import Apart
from shared.compare import facts
from shared.compare.facts import reading


def test_a_snapshot_reads_no_package_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process has, for the same facts."""
    files = ahead.begin()
    known = ahead.read(files)
    files.end()
    read: list[str] = []
    content = reading.content
    monkeypatch.setattr(reading, "content", lambda path: read.append(path) or content(path))
    again = json.dumps(facts.snapshot(known=known))
    assert not [path for path in read if "site-packages" in path or path.endswith(".py")]
    assert again == json.dumps(facts.snapshot())
    assert [path for path in read if "site-packages" in path]


def crash() -> bytes:
    """End without a word."""
    os._exit(3)


def test_what_is_not_found_is_looked_for_by_the_examination() -> None:
    """Where nobody looked, or the process that did has crashed."""
    assert ahead.read(None) == b""
    crashed = Apart(crash)
    assert ahead.read(crashed) == b""
    assert crashed.ended() == "ending with exit code 3"
    crashed.end()


def test_nothing_heavy_is_imported_before_it_begins() -> None:
    """It is begun before imports, so that both take their time at once."""
    code = "import sys, prod.ahead; print({'numpy', 'flask', 'msgspec', 'prometheus_client'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
