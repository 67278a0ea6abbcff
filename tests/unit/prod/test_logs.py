"""Every request has an ID and one line of JSON in the log."""

import json
import logging
import logging.config
import select
import threading
import uuid

import pytest

from prod import logs
from tests.unit.prod.conftest import Client
from tests.unit.tiny import row


@pytest.mark.parametrize("sent", ["a", "5f0c-22", "x" * 64, str(uuid.UUID(int=1))])
def test_a_request_id_is_echoed(client: Client, sent: str) -> None:
    """So that a client finds its request in the log."""
    assert client.get("/health", headers={"X-Request-ID": sent}).headers["X-Request-ID"] == sent


@pytest.mark.parametrize(
    "sent", ["", "x" * 65, "a\nb", "a\r\nSet-Cookie: x", "a b", "ä", "٣", '"}', "../x", "-", "%0a"]
)
def test_a_hostile_request_id_is_replaced(client: Client, sent: str) -> None:
    """Nothing that could forge a header or a line of the log gets through."""
    got = client.get("/health", environ_overrides={"HTTP_X_REQUEST_ID": sent}).headers["X-Request-ID"]
    assert str(uuid.UUID(got)) == got


def test_ids_differ(client: Client) -> None:
    """Two requests without an ID get two."""
    assert len({client.get("/health").headers["X-Request-ID"] for _ in range(3)}) == 3


def test_a_request_is_one_line_of_json(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """With ID, method, path, status, rows and seconds, also if the path holds a line end."""
    with caplog.at_level(logging.INFO, "prod"):
        client.predict({"instances": [row(), row()]}, headers={"X-Request-ID": "one"})
        client.get("/no%0Awhere")
    formatter = logging.config.DictConfigurator({}).configure_formatter(dict(logs.CONFIG["formatters"]["json"]))  # type: ignore[attr-defined]
    lines = [formatter.format(record) for record in caplog.records]
    assert not any("\n" in line for line in lines)
    first, second = map(json.loads, lines)
    assert first["request_id"] == "one"
    assert (first["method"], first["path"], first["status"], first["rows"]) == ("POST", "/predict", 200, 2)
    assert 0 < first["seconds"] < 10
    assert (first["level"], first["message"]) == ("INFO", "request")
    assert (second["path"], second["status"]) == ("/no\nwhere", 404)


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_probes_are_not_logged(client: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    """Every second from every balancer, they would bury what matters."""
    with caplog.at_level(logging.INFO, "prod"):
        client.get(path)
    assert caplog.records == []


def test_an_exception_is_in_its_line() -> None:
    """With its text, where a JSON parser finds it."""
    try:
        raise ValueError("no such thing")
    except ValueError as error:
        record = logging.LogRecord("prod", logging.ERROR, "", 0, "failed for %s", ("you",), (ValueError, error, None))
    record.evidence = logging  # what JSON has no word for
    line = json.loads(logs.Lines().format(record))
    assert (line["message"], line["level"], line["evidence"]) == ("failed for you", "ERROR", str(logging))
    assert line["exc_info"].endswith("ValueError: no such thing")


def test_lines_are_written_at_once_or_together(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A round of the event loop writes its lines at its end; other threads do not wait for it."""
    handler = logs.Stdout()

    def emit(name: str) -> None:
        handler.emit(logging.makeLogRecord({"msg": name}))

    def written() -> str:
        return capfdbinary.readouterr().out.decode()

    emit("one")
    assert written() == "one\n"
    with logs.together():
        emit("two")
        other = threading.Thread(target=emit, args=("three",))
        other.start()
        other.join()
        assert written() == "three\n"
        emit("four")
    assert written() == "two\nfour\n"


def test_no_piece_of_lines_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe takes so many bytes whole; workers share one."""
    pieces: list[bytes] = []
    monkeypatch.setattr(logs, "_write", lambda lines: pieces.append(bytes(lines)))
    handler = logs.Stdout()
    with logs.together():
        for number in range(100):
            handler.emit(logging.makeLogRecord({"msg": f"{number:300}"}))
    assert all(len(piece) <= select.PIPE_BUF and piece.endswith(b"\n") for piece in pieces)
    assert len(pieces) < 10
    assert b"".join(pieces).split() == [b"%d" % number for number in range(100)]
