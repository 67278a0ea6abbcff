"""For CI systems: JUnit XML, one test case a check."""

from xml.etree import ElementTree

from shared.compare import checks
from shared.compare.report import Finding, Report, Severity
from shared.errors import printable


def render(report: Report, code: int) -> str:
    """Checks with a finding above a note fail, unless the verdict is parity; undecided ones are errors."""
    undecided = {one.check: one for one in report.undecided}
    serious = [finding for finding in report.findings if finding.severity is not Severity.NOTE and code]
    ran = [*checks.CHECKS, *(["predictions"] if report.replayed else [])]
    names = list(dict.fromkeys([*ran, *undecided, *(finding.check for finding in serious)]))
    suite = ElementTree.Element("testsuite", name=printable(f"parity {report.a} {report.b}"))
    for name in names:
        case = ElementTree.SubElement(suite, "testcase", classname="parity", name=name)
        found = [finding for finding in serious if finding.check == name]
        if name in undecided:
            error = ElementTree.SubElement(case, "error", message=printable(undecided[name].reason))
            error.text = printable(undecided[name].remedy)
        elif found:  # one element: many readers look at the first alone
            message = ", ".join(printable(finding.subject) for finding in found)
            failure = ElementTree.SubElement(case, "failure", message=message, type=found[0].severity)
            failure.text = "\n\n".join(map(_text, found))
    for attribute, element in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        suite.set(attribute, str(len(list(suite.iter(element)))))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _text(finding: Finding) -> str:
    parts = {str(finding.severity): finding.subject, "A": finding.a, "B": finding.b}
    parts |= {"why": finding.why, "remedy": finding.remedy}
    return "\n".join(f"{name}: {printable(text)}" for name, text in parts.items())
