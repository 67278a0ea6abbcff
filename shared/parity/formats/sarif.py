"""For code scanning: SARIF 2.1.0 (OASIS)."""

import hashlib
import json
import re
from urllib.parse import quote

from shared.compare import checks
from shared.compare.report import Finding, Report, Severity
from shared.errors import printable
from shared.names import PROJECT
from shared.parity import predictions

LEVELS = {Severity.BREAKS: "error", Severity.RISK: "warning", Severity.NOTE: "note"}


def render(report: Report, code: int) -> str:
    """One result a finding, one rule a check."""
    rules = [
        *({"id": name, "fullDescription": {"text": checks.explain(name)}} for name in checks.CHECKS),
        {"id": "predictions", "fullDescription": {"text": predictions.__doc__}},
    ]
    results = [
        {
            "ruleId": finding.check,
            "level": LEVELS[finding.severity],
            "message": {
                "text": _text(
                    f"{finding.subject}: {report.a} has {finding.a}, {report.b} has {finding.b}. "
                    f"{finding.why}. Remedy: {finding.remedy}"
                )
            },
            # GitHub shows no result without a file; an environment is none, so its name stands in.
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": quote(printable(report.b), safe="/")}},
                    "logicalLocations": [{"fullyQualifiedName": printable(f"{report.a} | {report.b}")}],
                }
            ],
            "partialFingerprints": {"primaryLocationLineHash": _fingerprint(finding)},
        }
        | ({"suppressions": [_suppression(finding)]} if finding.ignored else {})
        for finding in report.findings
    ]
    notifications = [
        {"level": "error", "message": {"text": _text(f"{one.check}: {one.reason}")}} for one in report.undecided
    ]
    run = {
        "tool": {"driver": {"name": PROJECT, "rules": rules}},
        "results": results,
        "invocations": [{"executionSuccessful": not report.undecided, "toolExecutionNotifications": notifications}],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _fingerprint(finding: Finding) -> str:
    return hashlib.sha256(f"{finding.check}\0{finding.subject}".encode(errors="backslashreplace")).hexdigest()


def _suppression(finding: Finding) -> dict[str, str]:
    return {"kind": "external", "status": "accepted", "justification": printable(finding.ignored)}


def _text(text: str) -> str:
    """A plain text message, in which `[text](address)` would be a link (3.11.6)."""
    return re.sub(r"[\\\[\]]", r"\\\g<0>", printable(text))
