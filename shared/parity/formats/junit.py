"""For CI systems: JUnit XML, one test case a check."""

import re
from xml.etree import ElementTree

from shared.compare import checks
from shared.compare.report import Report, Severity

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, even escaped."""


def render(report: Report, code: int) -> str:
    """Checks with a finding above a note fail, unless the verdict is parity; undecided ones are errors."""
    undecided = {each.check: each for each in report.undecided}
    serious = [finding for finding in report.findings if finding.severity is not Severity.NOTE and code]
    ran = [*checks.CHECKS, *(["predictions"] if report.replayed else [])]
    names = list(dict.fromkeys([*ran, *undecided, *(finding.check for finding in serious)]))
    suite = ElementTree.Element("testsuite", name=_text(f"parity {report.a} {report.b}"))
    for name in names:
        case = ElementTree.SubElement(suite, "testcase", classname="parity", name=name)
        found = [finding for finding in serious if finding.check == name]
        if name in undecided:
            error = ElementTree.SubElement(case, "error", message=_text(undecided[name].reason))
            error.text = _text(undecided[name].remedy)
        elif found:  # one element: many readers look at the first alone
            message = _text(", ".join(finding.subject for finding in found))
            failure = ElementTree.SubElement(case, "failure", message=message, type=found[0].severity)
            failure.text = _text(
                "\n\n".join(
                    f"{finding.severity}: {finding.subject}\nA: {finding.a}\nB: {finding.b}\n"
                    f"why: {finding.why}\nremedy: {finding.remedy}"
                    for finding in found
                )
            )
    for attribute, element in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        suite.set(attribute, str(len(list(suite.iter(element)))))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _text(text: str) -> str:
    return NOT_XML.sub("\ufffd", text)
