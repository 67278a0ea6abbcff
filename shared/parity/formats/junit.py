"""For CI systems: JUnit XML, one test case a check."""

from xml.etree import ElementTree

from shared.parity import checks
from shared.parity.report import Report, Severity


def render(report: Report, code: int) -> str:
    """Checks with a finding above a note fail; undecided ones are errors."""
    names = [*checks.CHECKS, *(["predictions"] if report.replayed else [])]
    failed = {finding.check for finding in report.findings if finding.severity is not Severity.NOTE}
    undecided = {each.check: each for each in report.undecided}
    suite = ElementTree.Element(
        "testsuite",
        name=f"parity {report.a} {report.b}",
        tests=str(len(names)),
        failures=str(len(failed)),
        errors=str(len(undecided)),
    )
    for name in names:
        case = ElementTree.SubElement(suite, "testcase", classname="parity", name=name)
        if name in undecided:
            ElementTree.SubElement(case, "error", message=undecided[name].reason).text = undecided[name].remedy
        for finding in report.findings:
            if finding.check == name and finding.severity is not Severity.NOTE:
                text = f"A: {finding.a}\nB: {finding.b}\nwhy: {finding.why}\nremedy: {finding.remedy}"
                ElementTree.SubElement(case, "failure", message=finding.subject, type=finding.severity).text = text
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
