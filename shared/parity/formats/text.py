"""For people at a terminal."""

import re
import textwrap

from shared.compare.report import Finding, Report, Severity
from shared.errors import printable
from shared.parity.formats.compared import compared, count, judged

CLEARED = re.compile(r"\((proven harmless: .*)\)$")
VERDICTS = {0: "PARITY", 1: "BROKEN", 2: "COULD NOT DECIDE"}


def render(report: Report, code: int) -> str:
    """The verdict, then findings, what changes predictions first; a note is one line."""
    lines = [f"{headline(report, code)} ({counted(report)}, {replayed(report)})"]
    lines += map(printable, (*compared(report), *judged(report)))
    lines += [f"not tried: {printable(report.untried)}"] * bool(report.untried)
    for undecided in report.undecided:
        lines.append(f"undecided {undecided.check}: {printable(undecided.reason)}")
        lines.append(f"    remedy: {printable(undecided.remedy)}")
    for finding in report.findings:
        lines += _note(finding) if finding.severity is Severity.NOTE else _finding(finding)
    return "\n".join(lines) + "\n"


def headline(report: Report, code: int) -> str:
    """The verdict and the two sides."""
    return f"{VERDICTS[code]}: {printable(report.a)} against {printable(report.b)}"


def counted(report: Report) -> str:
    """How many findings there are."""
    return ", ".join(count(report.count(severity), severity.removesuffix("s")) for severity in Severity)


def replayed(report: Report) -> str:
    """How many golden requests were replayed."""
    return f"{count(report.replayed, 'golden request')} replayed" if report.replayed else "no replay"


def wrapped(text: str, prefix: str, width: int = 110) -> list[str]:
    """Lines of a long text; words stay whole, so that no line begins within one."""
    return textwrap.wrap(
        printable(text),
        width,
        initial_indent=prefix,
        subsequent_indent=" " * len(prefix),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _finding(finding: Finding) -> list[str]:
    return [
        f"{finding.severity.upper():<7} {finding.check}: {printable(finding.subject)}",
        f"        A: {printable(finding.a)}",
        f"        B: {printable(finding.b)}",
        *wrapped(finding.why, "      why: "),
        f"   remedy: {printable(finding.remedy)}",
    ]


def remark(note: Finding) -> str:
    """Why a difference that could matter is a note: it is ignored, or a replay cleared it."""
    cleared = CLEARED.search(note.why)
    return note.ignored or (cleared[1] if cleared else "")


def _note(finding: Finding) -> list[str]:
    parts = [f"{finding.severity:<7} {finding.check}", finding.subject, f"{finding.a} | {finding.b}", remark(finding)]
    return [": ".join([parts[0], *(printable(part) for part in parts[1:] if part)])]
