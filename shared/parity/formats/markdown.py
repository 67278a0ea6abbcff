"""For a comment on a pull request: GitHub Flavored Markdown."""

import html
import re

from shared.compare.report import Finding, Report, Severity
from shared.errors import printable
from shared.parity.formats.compared import compared, count, judged
from shared.parity.formats.text import VERDICTS, remark

MAX_BYTES = 59_000  # a comment may have 60 KB, with what a caller puts before it
MARKUP = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)|:(?=//)|(?<=www)\.")
"""What would be a link, an emphasis, code, a cell or an escape."""
REFERENCE = re.compile(r"[@#](?=\w)")
"""What would notify a person, or link an issue."""


def render(report: Report, code: int) -> str:
    """The verdict, a table of what is above a note, and the notes folded away."""
    lines = [f"### Parity: {VERDICTS[code].lower()}", "", f"{_cell(report.a)} against {_cell(report.b)}", ""]
    lines += [f"- {_cell(line)}" for line in (*compared(report), *judged(report))]
    lines += [f"- not tried: {_cell(report.untried)}"] * bool(report.untried)
    lines += [f"- undecided: **{_cell(one.check)}**: {_cell(one.reason)}" for one in report.undecided]
    lines.append("")
    serious = [finding for finding in report.findings if finding.severity is not Severity.NOTE]
    if serious:
        lines += ["| | check | what differs | A | B | why | remedy |", "|---|---|---|---|---|---|---|"]
        for finding in serious:
            cells = (
                finding.severity,
                finding.check,
                finding.subject,
                finding.a,
                finding.b,
                finding.why,
                finding.remedy,
            )
            lines.append("| " + " | ".join(map(_cell, cells)) + " |")
        lines.append("")
    notes = [finding for finding in report.findings if finding.severity is Severity.NOTE]
    if notes:
        lines += [f"<details><summary>{count(len(notes), 'note')}</summary>", ""]
        lines += ["- " + _cell(": ".join(filter(None, _note(note)))) for note in notes]
        lines += ["", "</details>"]
    text = "\n".join(lines) + "\n"
    if len(text.encode()) > MAX_BYTES:
        cut = text.encode()[: MAX_BYTES - 100].decode(errors="ignore").rpartition("\n")[0]
        end = "\n\n</details>" if "<details>" in cut else ""
        return f"{cut}{end}\n\nCut short: the JSON report has the rest.\n"
    return text


def _note(note: Finding) -> tuple[str, ...]:
    return note.check, note.subject, f"{note.a} | {note.b}", remark(note)


def _cell(text: str) -> str:
    """The text as itself, on one line."""
    entities = html.escape(printable(text), quote=False).replace("$", "&dollar;")  # no tags, and no formulas
    return REFERENCE.sub("\\g<0>\u200b", MARKUP.sub(r"\\\g<0>", entities))
