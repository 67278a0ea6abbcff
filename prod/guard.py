"""The guard at load: may a model be served here? `python3 -m prod.guard` examines the current one; exit 0 if so.

`PARITY_GUARD=enforce` refuses a model whose answers differ here, `warn` reports it and serves,
`off` does not look. Files that are not those of the passport are refused whatever it says.

The master examines a model once, in a process that the model may crash, hang or fill, and holds what it read:
its workers serve exactly that, whatever becomes of the folder and of `current`, until the next examination.
"""

import logging
import logging.config
import os
import sys
from dataclasses import dataclass
from functools import cache, partial

import msgspec

from prod import ahead, apart, logs
from prod.apart import Apart
from shared import artifact, errors, golden, scorer, settings
from shared.artifact import Contents
from shared.columns import features
from shared.compare import checks
from shared.compare.facts import snapshot
from shared.compare.report import Finding, Report, Severity, Snapshot, proven_harmless, ranked
from shared.errors import ParityError
from shared.scorer import COMPILED, PIPELINE, Scorer
from shared.settings import Settings

log = logging.getLogger("prod")

_HOSTILE = "do not serve it; find out who wrote it, then train again: make dev"


class GuardError(ParityError):
    """A model may not be served here."""

    exit_code = 1


@dataclass(frozen=True)
class Verdict:
    """What the examination of a model found; of this version, and no other.

    Attributes:
        mode: of the guard: enforce, warn or off.
        moved: largest difference of the golden answers; None if it is beyond the noise floor, or nobody looked.
        report: findings, worst first; None if the guard is off.
        scorer: what is to answer, pipeline or compiled.
        refused: why the compiled form is not.
    """

    version: str
    mode: str
    moved: float | None = None
    report: Report | None = None
    scorer: str = PIPELINE
    refused: str = ""

    @property
    def outcome(self) -> str:
        """In a word: `passed`, `warned` or `off`."""
        if self.report is None:
            return "off"
        return "passed" if self.report.exit_code(Severity.RISK) == 0 else "warned"


@dataclass(frozen=True)
class Examined:
    """A model folder as it was read, and what was found; workers load their model from it."""

    contents: Contents
    verdict: Verdict


class _Answer(msgspec.Struct):
    """Of the process that examined: a verdict, or a `ParityError`."""

    verdict: Verdict | None = None
    kind: str = ""
    what: str = ""
    evidence: str = ""
    remedy: str = ""


held: Examined | None = None
"""What this server serves: set in the master, inherited by its workers."""


def renew(config: Settings, files: Apart | None = None) -> Examined:
    """Examine the current model, and hold it from now on.

    Args:
        files: of `ahead.begin`.

    Raises:
        ParityError: it may not be served; what was held before stays.
    """
    global held
    contents = _current(config)
    verdict = examine(contents, config) if config.guard == "off" else _apart(contents, config, files)
    held = Examined(contents, verdict)
    _report(verdict, contents)
    return held


def examine_here(config: Settings) -> Examined:
    """The same in this process, for who serves without a master; nothing is held.

    Raises:
        ParityError: the model may not be served.
    """
    contents = _current(config)
    return Examined(contents, examine(contents, config))


def _current(config: Settings) -> Contents:
    """The current model; of a sealed image the one that it was sealed with, which a volume may hide.

    Raises:
        ArtifactError: a file is missing or damaged, or the contract is another.
        GuardError: it is another model than the sealed one.
    """
    folder = config.models / artifact.CURRENT
    try:
        contents = artifact.read(folder)
        found = contents.passport.version
    except artifact.ArtifactError as error:
        if not config.sealed or os.path.lexists(config.models / config.sealed):
            raise
        found = error.what
    if config.sealed and found != config.sealed:
        raise GuardError(
            "something hides the model that this image was sealed with",
            evidence=f"{folder}: expected {config.sealed}, got {found}",
            remedy=f"run it without a volume on {config.artifacts} or {config.models}; or run an image without a model",
        )
    return contents


def examine(contents: Contents, config: Settings, files: Apart | None = None) -> Verdict:
    """Compare where the model was trained with this process, and replay its golden requests, as the guard's mode says.

    What serves is asked. The pipeline is loaded if that is what serves, or wherever anything differs that could change
    predictions: then it has to give the golden answers as well, and a compiled scorer those of the pipeline.

    Args:
        files: of `ahead.begin`, if somebody has looked at them.

    Raises:
        ParityError: the model cannot be loaded safely, or is refused.
    """
    version, mode = contents.passport.version, config.guard
    kind = PIPELINE if config.scorer == PIPELINE or contents.compiled is None else COMPILED
    if mode == "off":
        return Verdict(version, mode, scorer=kind)
    passport, here = contents.passport, snapshot(known=ahead.read(files))
    sides = Snapshot("training", passport.environment.get("facts", {})), Snapshot("here", here["facts"])
    findings, undecided = checks.run(*sides)
    same = not undecided and all(finding.severity is Severity.NOTE for finding in findings)
    moved, refused = None, ""
    pipeline = cache(lambda: artifact.scorer(contents, PIPELINE))
    if kind == COMPILED:
        kind, moved, refused = _proven(contents, None if same else pipeline())
    try:
        if kind == PIPELINE or not same:
            again = _replay(pipeline(), contents)
            moved = again if kind == PIPELINE else max(moved or 0.0, again)
        findings = proven_harmless(findings, len(passport.golden.requests))
    except golden.ReplayError as error:
        moved = None
        findings.append(Finding("predictions", error.what, "as recorded", error.evidence, Severity.BREAKS, *_OTHER))
    report = Report("training", "here", ranked(findings), tuple(undecided), len(passport.golden.requests))
    if mode == "enforce":
        enforce(report)
    return Verdict(version, mode, moved, report, kind, refused)


def _proven(contents: Contents, pipeline: Scorer | None) -> tuple[str, float | None, str]:
    """Whether the compiled form may serve.

    Args:
        pipeline: to compare it with, where something differs from training that could change predictions.

    Returns:
        kind of scorer, how far the golden answers moved, and why the compiled form is refused.
    """
    fast = artifact.compiled_scorer(contents)
    passport = contents.passport
    try:
        moved = _replay(fast, contents)
    except golden.ReplayError as error:
        return PIPELINE, None, error.evidence
    if pipeline:
        drawn = scorer.draw(fast.form, passport.distribution.columns, scorer.DRAWN)
        gap = scorer.apart(fast, pipeline, drawn)
        if gap > passport.golden.noise_floor:
            return PIPELINE, None, f"of {scorer.DRAWN} rows drawn, one is {gap:.1e} from the pipeline's answer"
    return COMPILED, moved, ""


def _replay(asked: Scorer, contents: Contents) -> float:
    return golden.replay(lambda rows: asked.scores(features(rows)), contents.passport.golden)


def enforce(report: Report) -> None:
    """Refuse what the report does not clear.

    Raises:
        GuardError: predictions change here, or it could not be decided whether they do.
    """
    if report.exit_code(Severity.RISK) == 0:
        return
    serious = [finding for finding in report.findings if finding.severity is not Severity.NOTE]
    causes = [f"{finding.check}: {finding.subject}: {finding.a} became {finding.b}" for finding in serious]
    causes += [f"{item.check}: {item.reason}" for item in report.undecided]
    raise GuardError(
        serious[0].subject if serious else "it could not be decided whether the model is itself here",
        evidence="; ".join(causes),
        remedy=serious[0].remedy if serious else report.undecided[0].remedy,
    )


def _apart(contents: Contents, config: Settings, files: Apart | None = None) -> Verdict:
    """`examine` in a process of its own, bounded in time and memory."""
    process = Apart(partial(_answer, contents, config, files))
    try:
        answer = msgspec.json.decode(process.read(), type=_Answer)
    except TimeoutError:
        what = f"the examination of the model did not end within {apart.SECONDS} seconds"
        raise GuardError(what, evidence=str(contents.folder), remedy=_HOSTILE) from None
    except EOFError:
        what = f"the model crashed the process that examined it, by {process.ended()}"
        raise GuardError(what, evidence=str(contents.folder), remedy=_HOSTILE) from None
    finally:
        process.end()
    if answer.verdict:
        return answer.verdict
    kind = artifact.ArtifactError if answer.kind == artifact.ArtifactError.__name__ else GuardError
    raise kind(answer.what, evidence=answer.evidence, remedy=answer.remedy)


def _answer(contents: Contents, config: Settings, files: Apart | None) -> bytes:
    try:
        answer = _Answer(examine(contents, config, files))
    except ParityError as error:
        answer = _Answer(None, type(error).__name__, error.what, error.evidence, error.remedy)
    except Exception as error:  # whatever a strange model leads libraries to
        evidence = f"{contents.folder}: {type(error).__name__}: {error}"
        answer = _Answer(None, "GuardError", "the model failed while it was examined", evidence, _HOSTILE)
    return msgspec.json.encode(answer, enc_hook=str)


def refuse(error: ParityError) -> int:
    """Say why a model is not served, to machines on a line of the log and to people below it; returns the exit code."""
    fields = {"error": type(error).__name__, "evidence": error.evidence, "remedy": error.remedy}
    log.critical(error.what, extra=fields)
    print(f"error: {error}", file=sys.stderr, flush=True)
    return error.exit_code


def _report(verdict: Verdict, contents: Contents) -> None:
    """Log what was found."""
    fields = {"model_version": verdict.version, "guard": verdict.mode, "outcome": verdict.outcome}
    fields["scorer"] = verdict.scorer
    if verdict.refused:
        log.warning("the compiled scorer is refused", extra={**fields, "evidence": verdict.refused})
    if verdict.report is None:
        log.warning("model not examined", extra=fields)
        return
    for finding in verdict.report.findings:
        level = logging.INFO if finding.severity is Severity.NOTE else logging.WARNING
        log.log(level, f"{finding.severity} {finding.check}: {finding.subject}", extra={"a": finding.a, "b": finding.b})
    log.info("model examined", extra={**fields, "golden_requests": verdict.report.replayed})


@errors.program
def main() -> int:
    """Examine the current model, and serve nothing."""
    logging.config.dictConfig(logs.CONFIG)
    renew(settings.read())
    return 0


_OTHER = (
    "the environment, the code or the libraries differ from those of training in a way that changes predictions",
    "serve the model from the image it was trained in, or train again: make dev",
)

if __name__ == "__main__":
    sys.exit(main())
