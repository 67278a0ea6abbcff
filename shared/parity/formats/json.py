"""For programs: one JSON document, described by `report.schema.json`."""

import dataclasses
import json
import math
from typing import Any

from shared.parity.report import FORMAT, Report


def render(report: Report, code: int) -> str:
    """The report with its format's version and the verdict."""
    body = {"format": FORMAT, "exit_code": code, **dataclasses.asdict(report)}
    return json.dumps(_plain(body), indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """The value as JSON can hold it: RFC 8259 has no NaN and no infinity, so these are texts."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
