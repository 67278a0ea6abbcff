"""Have the running prod serve the model that is published: new workers first, then the old ones end."""

import json
import time
import urllib.request
from pathlib import Path

from shared.errors import ParityError
from shared.image.progress import say
from shared.image.service import ComposeService
from shared.passport import CURRENT

EXAMINE = ("python3", "-m", "prod.guard")
SETTLE_SECONDS, IN_A_ROW, PAUSE_SECONDS = 60, 10, 0.05
TIMEOUT_SECONDS = 10
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""No proxy has a way to this machine's loopback."""


def published(models: Path) -> str:
    """Version of the current model."""
    return (models / CURRENT).readlink().name


def serving(url: str) -> str:
    """Version of the model that a worker of the service answers with.

    Raises:
        ParityError: it does not say.
    """
    try:
        with DIRECT.open(f"{url}/model", timeout=TIMEOUT_SECONDS) as answer:
            return str(json.load(answer)["version"])
    except (OSError, ValueError, KeyError) as error:
        raise ParityError(
            "prod does not say which model it serves", evidence=f"{url}/model: {error!r}", remedy="make logs"
        ) from None


def to_published(service: ComposeService, models: Path, before: str | None = None) -> None:
    """Have what runs serve the current model, and say from which to which.

    Args:
        before: what served until now, where that is known.

    Raises:
        ParityError: the guard refuses the model, or workers did not change in time: the old one stays.
    """
    url, wanted = service.url(), published(models)
    now = serving(url)
    if now != wanted:
        say(f"{service.name}: examining {wanted}, while {now} goes on serving")
        try:
            examine(service)
            service.signal("HUP")
            settled(url, wanted)
        except ParityError as error:
            raise ParityError(
                f"{service.name} goes on serving {now}: {wanted} is published, and was not taken",
                evidence=f"{error.what}: {error.evidence}",
                remedy=f"make publish VERSION={now}; or mend it, then: {service.command}",
            ) from None
    before = before or now
    say(f"{service.name}: serves {wanted}{f', before it {before}' if before != wanted else ''}")


def examine(service: ComposeService) -> None:
    """Have the guard examine the current model in the running container, as it does at a start.

    Raises:
        ParityError: it may not be served.
    """
    service.execute(*EXAMINE, timeout=120)


def examine_anew(service: ComposeService, serving: str) -> None:
    """Have the guard of the image that is to replace the running one examine the model, before it does.

    Raises:
        ParityError: it may not be served there; what serves now, of that version, stays.
    """
    try:
        service.execute_anew(*EXAMINE, timeout=120)
    except ParityError as error:
        raise ParityError(
            f"{service.name} goes on serving {serving}: the new image refuses the model that is published",
            evidence=error.evidence,
            remedy=f"make dev; or mend what it names, then: {service.command}",
        ) from None


def settled(url: str, version: str) -> None:
    """Wait until every worker that answers has loaded a version.

    Raises:
        ParityError: one has not, in the time that a reload may take.
    """
    deadline, row, seen = time.monotonic() + SETTLE_SECONDS, 0, ""
    while row < IN_A_ROW:
        seen = serving(url)  # over a new connection each time: any worker may take it
        row = row + 1 if seen == version else 0
        if time.monotonic() > deadline:
            raise ParityError(
                "prod has not loaded the model that was published",
                evidence=f"it answers with {seen}, not {version}, after {SETTLE_SECONDS} seconds",
                remedy="make logs",
            )
        time.sleep(PAUSE_SECONDS)
