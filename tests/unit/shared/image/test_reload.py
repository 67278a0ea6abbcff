import http.server
import json
import threading

import pytest

from shared.errors import ParityError
from shared.image import reload


class Prod:
    """A prod that answers with a version, until it gets SIGHUP."""

    name, command = "prod", "make prod"

    def __init__(self, versions: list[str], refusal: str = "") -> None:
        self.versions, self.refusal = versions, refusal
        self.asked: list[str] = []
        self.address = ""

    def url(self) -> str:
        """Where it is."""
        return self.address

    def execute(self, *command: str, timeout: float) -> str:
        """Examine the current model."""
        self.asked.append("examine")
        if self.refusal:
            raise ParityError("`docker compose` failed", evidence=self.refusal, remedy="")
        return ""

    def signal(self, name: str) -> None:
        """From now on workers have the next version."""
        self.asked.append(name)
        self.versions.pop(0)


@pytest.fixture
def serve(monkeypatch):
    """Start one, behind a proxy that leads nowhere."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(reload, "PAUSE_SECONDS", 0)
    servers = []

    def start(prod: Prod) -> Prod:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"version": prod.versions[0]}).encode())

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append((server, threading.Thread(target=server.serve_forever, args=(0.01,))))
        servers[-1][1].start()
        prod.address = f"http://127.0.0.1:{server.server_port}"
        return prod

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def models(tmp_path):
    """A folder in which `new` is current."""
    (tmp_path / "current").symlink_to("new")
    return tmp_path


def test_what_is_published_is_what_serves_at_the_end(serve, models, capsys) -> None:
    """It is examined first; the line names the model before."""
    prod = serve(Prod(["old", "new"]))
    reload.to_published(prod, models)
    assert prod.asked == ["examine", "HUP"]
    assert capsys.readouterr().err.splitlines()[-1] == "prod: serves new, before it old"


def test_what_serves_already_is_left_alone(serve, models, capsys) -> None:
    """No worker is replaced for nothing; what served before this start is still named."""
    prod = serve(Prod(["new"]))
    reload.to_published(prod, models)
    reload.to_published(prod, models, before="old")
    assert prod.asked == []
    assert capsys.readouterr().err.splitlines() == ["prod: serves new", "prod: serves new, before it old"]


def test_a_model_that_is_refused_is_not_loaded(serve, models) -> None:
    """The old one stays; the error says why, and how to go back."""
    prod = serve(Prod(["old", "new"], refusal="the model is damaged"))
    with pytest.raises(ParityError, match="prod goes on serving old") as caught:
        reload.to_published(prod, models)
    assert "the model is damaged" in caught.value.evidence
    assert caught.value.remedy.startswith("make publish VERSION=old")
    assert prod.asked == ["examine"]


def test_workers_that_do_not_change_are_waited_for_no_longer_than_that(serve, models, monkeypatch) -> None:
    """The error names both versions."""
    monkeypatch.setattr(reload, "SETTLE_SECONDS", 0)
    prod = serve(Prod(["old", "old"]))
    with pytest.raises(ParityError, match="goes on serving old") as caught:
        reload.to_published(prod, models)
    assert "it answers with old, not new" in caught.value.evidence
