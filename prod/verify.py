"""The guard at load: may the current model be served here? Exit 0 if so.

`PARITY_GUARD=enforce` refuses a model whose answers differ here, `warn` logs it and serves,
`off` does not look. Files that are not those of the passport are refused whatever it says.
"""

import json
import logging
import logging.config
import sys
import tempfile
from pathlib import Path
from typing import Any

from prod import guard, logs
from shared import artifact, settings
from shared.compare.facts import snapshot
from shared.compare.report import Report, Severity, to_json
from shared.errors import ParityError
from shared.settings import Settings

log = logging.getLogger("prod")

REPORT = Path(tempfile.gettempdir()) / "parity-guard.json"
"""What the guard found, for the workers to show."""


def verify(config: Settings) -> Report | None:
    """Load the current model and examine it as the setting says; None if that is `off`.

    Raises:
        ParityError: it is missing, damaged, of another contract, or refused by the guard.
    """
    model = artifact.load(config.models / artifact.CURRENT)
    if config.guard == "off":
        log.warning("model not examined", extra={"model_version": model.passport.version, "guard": "off"})
        return None
    report = guard.examine(model, snapshot())
    for finding in report.findings:
        level = logging.INFO if finding.severity is Severity.NOTE else logging.WARNING
        log.log(level, f"{finding.severity} {finding.check}: {finding.subject}", extra={"a": finding.a, "b": finding.b})
    if config.guard == "enforce":
        guard.enforce(report)
    found = {"model_version": model.passport.version, "golden_requests": report.replayed, "guard": config.guard}
    log.info("model examined", extra=found)
    return report


def refused(error: ParityError) -> int:
    """Log why a model is refused; returns the exit code."""
    told = {"error": type(error).__name__, "evidence": error.evidence, "remedy": error.remedy}
    log.critical(error.what, extra=told)
    return error.exit_code


def told() -> dict[str, Any]:
    """What the guard found before the workers started; empty if it is off."""
    try:
        return dict(json.loads(REPORT.read_text()))
    except FileNotFoundError:
        return {}


def main() -> int:
    """Verify once, before any worker starts."""
    logging.config.dictConfig(logs.CONFIG)
    REPORT.unlink(missing_ok=True)
    try:
        report = verify(settings.read())
    except ParityError as error:
        return refused(error)
    if report:
        REPORT.write_text(to_json(report, report.exit_code(Severity.RISK)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
