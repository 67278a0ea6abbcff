"""Relations that need the service's container: it is restarted, and a copy of it runs at another time."""

import time
from collections.abc import Iterator

from shared.compare.report import Finding, Severity
from shared.parity.asking import Asking, Trial
from shared.parity.client import OVERLOADED, ServiceError
from shared.parity.relations import ELSEWHEN, RESTARTED, Relation
from shared.parity.sources import clock
from shared.parity.sources.container import ServiceContainer, StoppedError
from shared.parity.sources.docker import DockerError

TOLERATED_SECONDS = 3600


def relations(asking: Asking, container: ServiceContainer) -> list[Trial]:
    """What is tried, in this order; the first restarts the container, the second leaves it alone."""
    return [(RESTARTED, lambda: _restarted(asking, container)), (ELSEWHEN, lambda: _elsewhen(asking, container))]


def refused(relation: Relation, evidence: str) -> Finding:
    """A service that does not answer at all once something has changed that should not matter."""
    return Finding(
        "replay",
        f"{relation.name}: refused",
        "answered as recorded",
        evidence,
        Severity.BREAKS,
        f"the service refuses requests although nothing that matters has changed; {relation.why}",
        relation.remedy,
        details={"relation": relation.name},
    )


def failed(relation: Relation, error: ServiceError) -> Finding:
    """A service that refuses, or that answers with what is no answer to the request, such as another's rows."""
    if error.answered is None or not 200 <= error.answered < 300:
        return refused(relation, error.evidence)
    return Finding(
        "replay",
        f"{relation.name}: no answer to the request",
        "one answer in JSON for each row",
        f"HTTP {error.answered}: {error.evidence}",
        Severity.BREAKS,
        f"the service answers with something else than what it was asked; {relation.why}",
        relation.remedy,
        details={"relation": relation.name},
    )


def _restarted(asking: Asking, container: ServiceContainer) -> Iterator[Finding]:
    container.restart()
    try:
        asking.move(container.url(), container.check)
    except StoppedError as error:
        yield refused(RESTARTED, f"{error.what}: {error.evidence}")
    else:
        yield from asking.compare(RESTARTED)


def _elsewhen(asking: Asking, container: ServiceContainer) -> Iterator[Finding]:
    """Ask a copy whose clock is another; if that moves answers, one whose clock is right, to tell the clock from it."""
    found = _of_copy(asking, container, clock.archive(container.abi()))
    if found and _of_copy(asking, container, None):
        raise DockerError(
            "a copy of the container is not like it at the present time either",
            evidence=found[0].b,
            remedy="let the container get all that it needs from its image, its settings and its mounts",
        )
    yield from found


def _of_copy(asking: Asking, container: ServiceContainer, files: bytes | None) -> list[Finding]:
    with container.copy(files) as copy:
        try:
            asking.move(copy.url(), copy.check)
            found = list(asking.compare(ELSEWHEN))
        except StoppedError as error:
            return [refused(ELSEWHEN, f"{error.what}: {error.evidence}")]
        except ServiceError as error:
            if error.answered in OVERLOADED:
                raise
            return [failed(ELSEWHEN, error)]
        if files is not None:
            _check_clock(asking.date)
        return found


def _check_clock(date: float | None) -> None:
    """A service whose clock was not moved would keep the relation without being asked."""
    ahead = (date or 0) - time.time()
    if abs(ahead - clock.SECONDS) > TOLERATED_SECONDS:
        is_ = "it sends no header Date" if date is None else f"by its header Date it is {ahead / 86400:.1f} days ahead"
        raise DockerError(
            "the clock of the copy could not be moved",
            evidence=f"{is_}, expected {clock.SECONDS / 86400:.1f}",
            remedy=f"serve from {clock.SUPPORTED} that obeys PYTHONPATH (no -I or -E), and send Date with every answer",
        )
