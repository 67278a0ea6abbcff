from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shared.compare.report import Finding, Report
from shared.parity.project import EXPIRED, Ignore, Project, ProjectError, read
from tests.unit.shared.compare.sides import BREAKS, NOTE, RISK

TODAY = date(2026, 6, 15)
LATER = date(2026, 6, 16)
RISKY = Finding("packages", "scikit-learn", "1.8", "1.9", RISK, "another release", "one lock")
IGNORE = Ignore("packages", "scikit-*", "the replay of 3 June moved no answer", LATER)
ENTRY = {"check": '"packages"', "subject": '"scikit-*"', "reason": '"we looked"', "expires": "2026-06-16"}


def judged(*findings: Finding, ignore: Ignore = IGNORE) -> tuple[Finding, ...]:
    """What is left of findings."""
    return Project(ignores=(ignore,)).judge(Report("a", "b", findings), TODAY).findings


def entry(**changes: str | None) -> str:
    """A table in TOML; None leaves a key out."""
    return "".join(f"{key} = {value}\n" for key, value in {**ENTRY, **changes}.items() if value is not None)


def ignore(**changes: str | None) -> str:
    """That table below its heading."""
    return "[[ignore]]\n" + entry(**changes)


def test_an_ignored_risk_is_a_note_with_reason_and_date() -> None:
    """It is still listed, so that a reader sees what was let through."""
    (finding,) = judged(RISKY)
    assert finding == replace(RISKY, severity=NOTE, ignored=f"{IGNORE.reason} (ignored until 2026-06-16)")


@pytest.mark.parametrize("other", [{"check": "code"}, {"subject": "pandas"}])
def test_other_findings_count(other: dict[str, str]) -> None:
    """Check and subject must both fit; of several findings, those above a note come first."""
    finding = replace(RISKY, **other)
    assert judged(RISKY, finding)[0] == finding


def test_what_breaks_cannot_be_ignored() -> None:
    """It is proven or certain; the finding says that somebody tried."""
    (finding,) = judged(replace(RISKY, severity=BREAKS))
    assert finding.severity is BREAKS
    assert finding.ignored == ""
    assert "cannot be ignored" in finding.why


def test_a_note_stays_as_it_is() -> None:
    """There is nothing to ignore."""
    note = replace(RISKY, severity=NOTE)
    assert judged(note) == (note,)


def test_an_expired_ignore_is_reported_and_ignores_nothing() -> None:
    """From its day on."""
    finding, expired = judged(RISKY, ignore=replace(IGNORE, expires=TODAY))
    assert finding == RISKY
    assert (expired.check, expired.subject, expired.severity) == (EXPIRED, "packages: scikit-*", NOTE)
    assert "expired on 2026-06-15" in expired.a
    assert IGNORE.reason in expired.why


def test_a_project_is_read_from_either_file(tmp_path: Path) -> None:
    """In pyproject.toml below tool.parity, in parity.toml at the top."""
    expected = ({"fail-on": "breaks", "timeout": "30"}, (replace(IGNORE, reason="we looked"),))
    (tmp_path / "pyproject.toml").write_text(
        f'[project]\nname = "x"\n[tool.parity]\nfail-on = "breaks"\ntimeout = 30\n[[tool.parity.ignore]]\n{entry()}'
    )
    project = read(tmp_path)
    assert (project.options, project.ignores) == expected
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (tmp_path / "parity.toml").write_text(f'fail-on = "breaks"\ntimeout = 30\n[[ignore]]\n{entry()}')
    project = read(tmp_path)
    assert (project.options, project.ignores) == expected


def test_no_file_says_nothing(tmp_path: Path) -> None:
    """Nor does a file of others."""
    assert read(tmp_path) == Project()
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nline-length = 3\n")
    assert read(tmp_path) == Project()


def test_two_files_are_one_too_many(tmp_path: Path) -> None:
    """Nobody could tell which of them holds."""
    (tmp_path / "pyproject.toml").write_text("[tool.parity]\n")
    (tmp_path / "parity.toml").write_text("")
    with pytest.raises(ProjectError, match="two files"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fail-on = ", "parity.toml cannot be read"),
        ("fail_on = 'risk'", "fail_on is not known"),
        ("format = ['json']", "format = ['json']: expected a text"),
        ("ignore = 3", "no array of tables"),
        ("ignore = [3]", "ignore 1 has 3"),
        (ignore(reason=None), "expected check, subject, reason and expires"),
        (ignore(expires=None), "expected check, subject, reason and expires"),
        (ignore(until="2026-01-01"), "expected check, subject, reason and expires"),
        (ignore(reason='" "'), "reason = ' '"),
        (ignore(subject="7"), "subject = 7"),
        (ignore(check='"predictions"'), "expected one of image, python"),
        (ignore(expires='"2026-06-16"'), "expected a date without quotes"),
        (ignore(expires="2026-06-16T00:00:00"), "expected a date without quotes"),
    ],
)
def test_what_is_malformed_is_named(tmp_path: Path, text: str, expected: str) -> None:
    """An ignore that nobody reads would be one without reason or end."""
    (tmp_path / "parity.toml").write_text(text)
    with pytest.raises(ProjectError) as caught:
        read(tmp_path)
    assert expected in str(caught.value)
    assert caught.value.remedy
