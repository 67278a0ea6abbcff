"""Start prod through the user's own compose file, and say plainly why if it does not start."""

import re
from collections.abc import Mapping

from shared.errors import ParityError
from shared.image.paths import ROOT
from shared.image.run import run

FILE = "compose.prod.yml"
ANY_IMAGE = {"PARITY_IMAGE": "-"}
"""Where it does not matter which: without .env, Compose would complain of that instead."""
TAKEN = ("port is already allocated", "address already in use", "ports are not available")


def up() -> str:
    """Start prod, wait until it is healthy, and return its address.

    Raises:
        ParityError: it did not become healthy; the evidence is its own log.
    """
    try:
        _compose("up", "--detach", "--wait", timeout=180)
    except ParityError as error:
        if any(words in error.evidence for words in TAKEN):
            port = re.search(r"127\.0\.0\.1:(\d+)", error.evidence)
            raise ParityError(
                "something else already listens on prod's port",
                evidence=error.evidence.splitlines()[-1].strip(),
                remedy=f"make prod PARITY_PORT={int(port[1]) + 1 if port else 8001}",
            ) from None
        log = _compose("logs", "--no-color", "--no-log-prefix", "--tail", "20", timeout=30, env=ANY_IMAGE).strip()
        evidence = log.replace("\n", "\n    ") or error.evidence
        raise ParityError("prod did not become healthy", evidence=evidence, remedy="make logs") from None
    return url()


def url() -> str:
    """The address of the running prod.

    Raises:
        ParityError: it is not running.
    """
    try:
        address = _compose("port", "prod", "8000", timeout=30, env=ANY_IMAGE).strip()
    except ParityError as error:
        raise ParityError("prod is not running", evidence=error.evidence, remedy="make prod") from None
    return f"http://{address}"


def _compose(*words: str, timeout: float, env: Mapping[str, str] | None = None) -> str:
    return run("docker", "compose", "--file", FILE, *words, timeout=timeout, cwd=ROOT, remedy="make prod", env=env)
