"""Does a running service keep the relations that a correct one keeps?

Black box: golden requests are sent over HTTP, first as they were recorded, then changed in ways
that must not change an answer: asked again, one row at a time, in another order, by several
connections at once. So a refitted encoder, state in a worker, a race or another order of keys
is found without knowing of it. With hold of its container, also after a restart and, of a copy,
at another time. An answer counts as moved beyond the passport's noise floor.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from shared import passport
from shared.compare.report import Finding, Report, Severity, Undecided, ranked
from shared.errors import ParityError
from shared.parity import held, recorded
from shared.parity.asking import Asking, Trial
from shared.parity.client import OVERLOADED, Address, OutOfTimeError, ServiceError
from shared.parity.relations import ELSEWHEN, RECORDED, REPEATED, RESTARTED
from shared.parity.sources.container import ServiceContainer


def replay(url: str, model: Path, seconds: float, progress: Callable[[str], None], container: str = "") -> Report:
    """Ask the service at `url` the golden requests of a model folder, in every way that must not matter.

    Args:
        seconds: for everything together.
        container: behind the URL, if it may be restarted and copied.

    Raises:
        ParityError: no passport; the service cannot be reached, or refuses the requests as they were recorded;
            the container does not publish that URL.
    """
    golden, known = recorded.golden(model), passport.read(model)
    version = str(known.get("version"))
    findings: list[Finding] = []
    undecided: list[Undecided] = []
    asking = Asking(Address(url, time.monotonic() + seconds), golden, recorded.predicted(model))
    holds = ServiceContainer.behind(url, container) if container else None
    with closing(asking):
        progress(f"replay of {len(golden.requests)} golden requests to {url}: {RECORDED.name}")
        try:
            asking.first()
        except ServiceError as error:
            if not error.broken:
                raise
            found = held.failed(RECORDED, error)
            return Report(f"model {version}", url, (replace(found, why=error.what, remedy=error.remedy),))
        if set(asking.versions) == {version}:
            findings += asking.recorded(known["golden"]["scores"])
            findings += asking.labels()
            trials = asking.relations() + (held.relations(asking, holds) if holds else [])
            _try(trials, progress, findings, undecided)
    if set(asking.versions) != {version}:
        findings.append(_other_model(version, asking.versions))
    untried = "" if holds else f"{RESTARTED.name}, {ELSEWHEN.name}: they need --container ID"
    return Report(f"model {version}", url, ranked(findings), tuple(undecided), len(golden.requests), untried)


def _try(
    trials: Sequence[Trial], progress: Callable[[str], None], findings: list[Finding], undecided: list[Undecided]
) -> None:
    for relation, ask in trials:
        progress(f"replay: {relation.name}")
        try:
            found = list(ask())
        except OutOfTimeError as error:
            undecided.append(Undecided("replay", f"{relation.name}: {error.what}", error.remedy))
            return
        except ServiceError as error:
            if error.answered in OVERLOADED:
                undecided.append(Undecided("replay", f"{relation.name}: {error.evidence}", error.remedy))
                continue
            found = [held.failed(relation, error)]
        except ParityError as error:
            undecided.append(Undecided("replay", f"{relation.name}: {error.what} ({error.evidence})", error.remedy))
            continue
        if any(finding.details["relation"] == REPEATED.name for finding in found):
            findings[:] = found  # what was found before may have been nothing but that
            return
        findings += found
        if found and relation is RESTARTED:
            return  # a copy would be a new process, too


def _other_model(version: str, versions: Mapping[str, int]) -> Finding:
    return Finding(
        "replay",
        "model version",
        version,
        ", ".join(f"{name} ({count} answers)" for name, count in versions.items()),
        Severity.BREAKS,
        "the service answers with another model than the one named, or its workers are not of one model",
        "restart it, or name its model's folder: --model DIR",
        details={"relation": "model version"},
    )
