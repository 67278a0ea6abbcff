"""Which names the service answers to: a page elsewhere cannot have its own name resolve to this one (DNS rebinding).

Addresses are always answered: no page has one for its name unless it comes from there.
"""

import ipaddress
import re
from functools import lru_cache

from flask import Flask, request

from prod.errors import RequestError
from prod.service import service

LOOPBACK = frozenset({"localhost"})
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::\d*)?")


def init_app(app: Flask) -> None:
    """Refuse requests for other names."""
    app.before_request(check)


def check() -> None:
    """Refuse a request for another name."""
    host = request.headers.get("Host", "")
    found = _HOST.fullmatch(host)
    if not found:
        raise RequestError(
            400,
            "no-host",
            "The request does not say for which host it is",
            evidence=f"expected one header Host, got {host[:100]!r}",
            remedy="send the header Host, as HTTP/1.1 has it (RFC 9112, 3.2)",
        )
    name, names = _name(found), service().settings.host_names
    if not _is_one_of(name, names):
        allowed = LOOPBACK | names
        raise RequestError(
            421,
            "unknown-host",
            "The service does not answer to this name",
            evidence=f"expected Host to be an address or one of {', '.join(sorted(allowed))}; got {name[:100]!r}",
            remedy=f"ask by one of these, or start it with PARITY_HOSTS={name[:100]}",
        )


@lru_cache(maxsize=100)
def is_ours(host: str, names: frozenset[str]) -> bool:
    """Whether a header Host has an address, or one of these names."""
    found = _HOST.fullmatch(host)
    return found is not None and _is_one_of(_name(found), names)


def _name(host: re.Match[str]) -> str:
    return host[1].strip("[]").rstrip(".").lower()


def _is_one_of(name: str, names: frozenset[str]) -> bool:
    return name in LOOPBACK or _is_address(name) or name in names


@lru_cache(maxsize=100)
def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
