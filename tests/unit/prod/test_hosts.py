"""The service answers to names that are its own."""

from dataclasses import replace

import pytest
from flask import Flask

from prod.service import KEY
from tests.unit.prod.conftest import Client, refused


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "localhost.", "127.0.0.1:1", "[::1]:8000", "10.0.0.7"])
def test_loopback_names_and_addresses_are_answered(client: Client, host: str) -> None:
    """No page of somebody else has an address for its name."""
    assert client.get("/ready", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example"]
)
@pytest.mark.parametrize("path", ["/", "/ready", "/nowhere"])
def test_other_names_are_not(client: Client, host: str, path: str) -> None:
    """A page whose name was made to resolve to this service gets nothing from it; the remedy names the setting."""
    problem = refused(client.get(path, headers={"Host": host}), 421, "unknown-host")
    assert "PARITY_HOSTS=" in problem["remedy"]


@pytest.mark.parametrize("host", ["", "a b:c:d", "localhost:x", "[::1"])
def test_without_a_host_there_is_no_answer(client: Client, host: str) -> None:
    """400, as RFC 9112 has it."""
    refused(client.get("/ready", headers={"Host": host}), 400, "no-host")


def test_names_can_be_added(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a setting, separated by commas."""
    service = app.extensions[KEY]
    more = replace(service, settings=replace(service.settings, hosts="prod, Parity.Example"))
    monkeypatch.setitem(app.extensions, KEY, more)
    for host in ("prod:8000", "parity.example"):
        assert client.get("/ready", headers={"Host": host}).status_code == 200
    refused(client.get("/ready", headers={"Host": "evil.example"}), 421, "unknown-host")
