"""For people at a terminal."""

import textwrap

from shared.compare.report import Finding, Report, Severity

VERDICTS = {0: "PARITY", 1: "BROKEN", 2: "COULD NOT DECIDE"}


def render(report: Report, code: int) -> str:
    """The verdict, then findings, what changes predictions first; notes on one line each."""
    counts = ", ".join(f"{report.count(severity)} {severity}" for severity in Severity)
    replayed = f", {report.replayed} golden requests replayed" if report.replayed else ", no replay"
    lines = [f"{VERDICTS[code]}: {report.a} against {report.b} ({counts}{replayed})"]
    lines += [f"not tried: {report.untried}"] * bool(report.untried)
    for undecided in report.undecided:
        lines += [f"undecided {undecided.check}: {undecided.reason}", f"    remedy: {undecided.remedy}"]
    for finding in report.findings:
        lines += _note(finding) if finding.severity is Severity.NOTE else _finding(finding)
    return printable("\n".join(lines)) + "\n"


def printable(text: str) -> str:
    """The text with escapes spelled out: what comes from an environment may not steer the terminal."""
    return "".join(each if each.isprintable() or each == "\n" else repr(each)[1:-1] for each in text)


def _finding(finding: Finding) -> list[str]:
    return [
        f"{finding.severity.upper():<7} {finding.check}: {finding.subject}",
        f"        A: {finding.a}",
        f"        B: {finding.b}",
        *textwrap.wrap(finding.why, 110, initial_indent="      why: ", subsequent_indent="           "),
        f"   remedy: {finding.remedy}",
    ]


def _note(finding: Finding) -> list[str]:
    line = f"{finding.severity:<7} {finding.check}: {finding.subject}: {finding.a} | {finding.b}"
    return [f"{line}: {finding.ignored}" if finding.ignored else line]
