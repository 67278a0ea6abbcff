"""For programs: one JSON document, described by `report.schema.json`."""

import dataclasses
import json

from shared.parity.report import FORMAT, Report


def render(report: Report, code: int) -> str:
    """The report with its format's version and the verdict."""
    body = {"format": FORMAT, "exit_code": code, **dataclasses.asdict(report)}
    return json.dumps(body, indent=2, default=str) + "\n"
