from pathlib import Path

import pytest

from shared.errors import ParityError
from shared.image import audit, wheels

FINE = {"name": "flask", "version": "3.1.3", "vulns": []}
UNKNOWN = {"name": "jinja2", "skip_reason": "Dependency not found on PyPI"}
VULNERABLE = {"name": "jinja2", "version": "2.10", "vulns": [{"id": "PYSEC-2021-66", "fix_versions": ["2.11.3"]}]}
WRITE = """import json, sys
options = dict(zip(sys.argv[1:], sys.argv[2:]))
answer = {answers}[options["--vulnerability-service"]]
if answer is None:
    sys.exit("Traceback:\\nno such host")
open(options["--output"], "w").write(json.dumps({{"dependencies": answer}}))
sys.exit(any(package.get("vulns") for package in answer))
"""


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """Has pip-audit, which is a script, answer so for each source."""
    tool = tmp_path / "audit" / "bin" / "pip-audit"
    tool.parent.mkdir(parents=True)
    monkeypatch.setattr(audit, "CACHE", tmp_path)
    monkeypatch.setattr(audit, "sync_audit", lambda: None)
    monkeypatch.setattr(wheels, "locked", lambda group: f"{group}==1\n")

    def answer(**sources: object) -> Path:
        tool.write_text("#!/usr/bin/env python3\n" + WRITE.format(answers=sources))
        tool.chmod(0o755)
        return tmp_path

    return answer


def test_nothing_known(answers, capsys) -> None:
    """Zero, with the number of packages and the source beside it; nothing stays behind."""
    folder = answers(pypi=[FINE], osv=None)
    assert audit.audit(["image"]) == 0
    assert capsys.readouterr().out == "image: 0 vulnerabilities known in 1 packages (PyPI)\n"
    assert [path.name for path in folder.iterdir()] == ["audit"]


def test_a_vulnerable_package(answers, capsys) -> None:
    """1, with its advisory and the version that is mended."""
    answers(pypi=[FINE, VULNERABLE], osv=None)
    assert audit.audit(["image"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "jinja2 2.10: PYSEC-2021-66, fixed in 2.11.3"


@pytest.mark.parametrize("pypi", [None, [FINE, UNKNOWN], []])
def test_a_source_that_cannot_say_is_followed_by_the_next(answers, capsys, pypi) -> None:
    """It is not there, or does not know a package, which pip-audit calls fine."""
    answers(pypi=pypi, osv=[FINE, {**VULNERABLE, "vulns": []}])
    assert audit.audit(["image"]) == 0
    assert "(OSV)" in capsys.readouterr().out


def test_no_source_can_say(answers, capsys) -> None:
    """Undecided, never fine: what each of them said is the evidence."""
    answers(pypi=[FINE, UNKNOWN], osv=None)
    with pytest.raises(ParityError, match="not known") as caught:
        audit.audit(["image"])
    assert caught.value.evidence.split("\n    ") == [
        "PyPI: it does not know 1 of 2 packages, jinja2 the first",
        "OSV: no such host",
    ]
    assert "PARITY_OSV_URL" in caught.value.remedy
    assert capsys.readouterr().out == ""
