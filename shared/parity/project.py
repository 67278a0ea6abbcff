"""What a project says to the gate: [tool.parity] in pyproject.toml, or parity.toml, of the working folder.

A finding is ignored for a reason and until a date, never for good: as with exceptions from any
audit, somebody has to look again. What breaks is proven or certain, and cannot be ignored.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from shared.compare import checks
from shared.compare.report import Finding, Report, Severity, ranked
from shared.errors import ParityError

OPTIONS = ("fail-on", "format", "timeout")
FILES = ("pyproject.toml", "parity.toml")
EXPIRED = "ignore"
"""The check of a finding that says that an ignore has expired."""


class ProjectError(ParityError):
    """The project's file cannot be read, or says what the gate does not know."""


@dataclass(frozen=True)
class Ignore:
    """Findings that somebody has looked at.

    Attributes:
        check: ID of the check that finds them.
        subject: their subject, as a shell's pattern.
        expires: from this day on they count again.
    """

    check: str
    subject: str
    reason: str
    expires: date

    def matches(self, finding: Finding) -> bool:
        """Whether it speaks of that finding."""
        return finding.check == self.check and fnmatchcase(finding.subject, self.subject)


@dataclass(frozen=True)
class Project:
    """Options by name, as text; and what to ignore.

    Attributes:
        file: where this is written, for messages.
    """

    file: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()

    def judge(self, report: Report, today: date) -> Report:
        """The report with what is ignored as notes, and a note for every ignore that has expired."""
        findings = [self._judged(finding, today) for finding in report.findings]
        findings += [_expired(ignore) for ignore in self.ignores if ignore.expires <= today]
        return replace(report, findings=ranked(findings))

    def _judged(self, finding: Finding, today: date) -> Finding:
        ignore = next((one for one in self.ignores if one.expires > today and one.matches(finding)), None)
        if ignore is None or finding.severity is Severity.NOTE:
            return finding
        if finding.severity is Severity.BREAKS:
            return replace(finding, why=f"{finding.why} (an ignore names it, but what breaks cannot be ignored)")
        ignored = f"{ignore.reason} (ignored until {ignore.expires})"
        return replace(finding, severity=Severity.NOTE, ignored=ignored)


def read(folder: Path) -> Project:
    """The settings of a folder; none where it has no file, or no table of ours.

    Raises:
        ProjectError: it cannot be read or understood, or both files say something.
    """
    tables = {name: table for name in FILES if (table := _table(folder / name)) is not None}
    if len(tables) > 1:
        what = "two files say how to judge"
        raise ProjectError(what, evidence=" and ".join(tables), remedy="keep one of them")
    for name, table in tables.items():
        try:
            return _project(name, table)
        except ValueError as error:
            raise ProjectError(f"{name} cannot be understood", evidence=str(error), remedy=_REMEDY) from None
    return Project()


def _table(path: Path) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ProjectError(f"{path.name} cannot be read", evidence=str(error), remedy="mend the file") from error
    if path.name == "parity.toml":
        return content
    tool = content.get("tool")
    table = tool.get("parity") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ProjectError("pyproject.toml cannot be understood", evidence="tool.parity is no table", remedy=_REMEDY)
    return table


def _project(name: str, table: dict[str, Any]) -> Project:
    unknown = sorted({*table} - {*OPTIONS, "ignore"})
    if unknown:
        raise ValueError(f"{unknown[0]} is not known; known are {', '.join(OPTIONS)} and ignore")
    options = {key: table[key] for key in OPTIONS if key in table}
    for key, value in options.items():
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError(f"{key} = {value!r}: expected a text or a number")
    ignores = table.get("ignore", [])
    if not isinstance(ignores, list):
        raise ValueError("ignore is no array of tables, [[…ignore]]")
    texts = {key: str(value) for key, value in options.items()}
    return Project(name, texts, tuple(_ignore(number, entry) for number, entry in enumerate(ignores, 1)))


def _ignore(number: int, entry: Any) -> Ignore:
    where = f"ignore {number}"
    if not isinstance(entry, dict) or {*entry} != {"check", "subject", "reason", "expires"}:
        raise ValueError(f"{where} has {_keys(entry)}: expected check, subject, reason and expires")
    texts = {key: entry[key] for key in ("check", "subject", "reason")}
    for key, value in texts.items():
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{where}: {key} = {value!r}: expected a text")
    if texts["check"] not in checks.CHECKS:
        raise ValueError(f"{where}: check = {texts['check']!r}: expected one of {', '.join(checks.CHECKS)}")
    expires = entry["expires"]
    if not isinstance(expires, date) or isinstance(expires, datetime):
        raise ValueError(f"{where}: expires = {str(expires)!r}: expected a date without quotes, such as 2027-01-31")
    return Ignore(**texts, expires=expires)


def _keys(entry: Any) -> str:
    return ", ".join(entry) or "nothing" if isinstance(entry, dict) else repr(entry)


def _expired(ignore: Ignore) -> Finding:
    return Finding(
        EXPIRED,
        f"{ignore.check}: {ignore.subject}",
        f"expired on {ignore.expires}",
        "no longer ignored",
        Severity.NOTE,
        f"what it named counts again; its reason was: {ignore.reason}",
        "mend what differs, or look at it again and set a later date; remove the ignore if nothing matches any more",
    )


_REMEDY = (
    'write fail-on = "breaks" or "risk", format, timeout, and for an ignore a table [[tool.parity.ignore]]'
    ' ([[ignore]] in parity.toml) with check, subject (* is any text), reason = "…" and expires = 2027-01-31'
)
