"""The guard at load: the passport's environment against this one, and the golden answers."""

from typing import Any

from shared import golden
from shared.artifact import Model
from shared.compare import checks
from shared.compare.report import Finding, Report, Severity, Snapshot, proven_harmless, ranked
from shared.errors import ParityError


class GuardError(ParityError):
    """A model may not be served here."""

    exit_code = 1


def examine(model: Model, here: dict[str, Any]) -> Report:
    """Compare where a model was trained with where it is to be served.

    Differences become notes if the golden answers prove them harmless.

    Args:
        here: what `snapshot()` returned in this process.
    """
    passport = model.passport
    sides = Snapshot("training", passport.environment.get("facts", {})), Snapshot("here", here["facts"])
    findings, undecided = checks.run(*sides)
    try:
        golden.replay(model.probabilities, passport.golden)
        findings = proven_harmless(findings, len(passport.golden.requests))
    except golden.ReplayError as error:
        findings.append(Finding("predictions", error.what, "as recorded", error.evidence, Severity.BREAKS, *_OTHER))
    return Report("training", "here", ranked(findings), tuple(undecided), len(passport.golden.requests))


def enforce(report: Report) -> None:
    """Refuse what the report does not clear.

    Raises:
        GuardError: predictions change here, or it could not be decided whether they do.
    """
    if report.exit_code(Severity.RISK) == 0:
        return
    causes = [f"{each.check}: {each.subject}: {each.a} became {each.b}" for each in report.findings if _serious(each)]
    causes += [f"{each.check}: {each.reason}" for each in report.undecided]
    first = next(filter(_serious, report.findings), None)
    raise GuardError(
        first.subject if first else "it could not be decided whether the model is itself here",
        evidence="; ".join(causes),
        remedy=first.remedy if first else report.undecided[0].remedy,
    )


def _serious(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTE


_OTHER = (
    "the environment, the code or the libraries differ from those of training in a way that changes predictions",
    "serve the model from the image it was trained in, or train again: make dev",
)
