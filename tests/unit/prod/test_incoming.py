"""Where a request ends, whatever pieces it comes in."""

import pytest

from prod.incoming import MAX_HEAD_BYTES, Incoming

HEAD = b"POST /predict HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
REQUESTS = {
    "no body": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "length": HEAD + b"Content-Length: 5\r\n\r\nhello",
    "chunks": CHUNKED + b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
    "trailers": CHUNKED + b"5\r\nhello\r\n0\r\nChecksum: 1\r\n\r\n",
}


def fed(data: bytes, piece: int, max_body: int = 100) -> tuple[Incoming, int]:
    """What has arrived when that is enough, and after how many bytes."""
    incoming = Incoming(max_body)
    for start in range(0, len(data), piece):
        if incoming.feed(data[start : start + piece]):
            return incoming, start + piece
    raise AssertionError("it waits for more")


@pytest.mark.parametrize("piece", [1, 2, 7, 10_000])
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_it_is_complete_with_its_last_byte(request_: bytes, piece: int) -> None:
    """Not before, and as it was sent."""
    incoming, after = fed(request_, piece)
    assert after >= len(request_)
    assert incoming.take() == request_
    assert incoming.refusal == 0


def test_a_large_piece_has_a_head_too() -> None:
    """However much comes at once."""
    request_ = HEAD + b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000
    assert fed(request_, 1 << 18, max_body=200_000)[0].take() == request_


def test_what_follows_is_kept() -> None:
    """Two requests in one piece: gunicorn gives the second one back."""
    both = REQUESTS["length"] + REQUESTS["no body"]
    assert fed(both, len(both))[0].take() == both


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 5",
        b"Content-Length: 5\r\n\r\nhel",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
    ],
)
def test_half_of_a_request_is_not_enough(sent: bytes) -> None:
    """Of the head, of a body, of a chunk, of the end."""
    incoming = Incoming(100)
    assert not incoming.feed(HEAD + sent)
    assert incoming.begun


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 101\r\n\r\n",
        b"Expect: 100-continue\r\nContent-Length: 101\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + b"32\r\n" + b"x" * 50 + b"\r\n33\r\n" + b"x" * 51,
    ],
)
def test_a_body_that_is_too_large_is_not_waited_for(rest: bytes) -> None:
    """The answer closes the connection, whatever the client asks for: `Connection: close` comes first."""
    incoming, _ = fed(HEAD + b"Connection: keep-alive\r\n" + rest, 10_000)
    assert incoming.take().startswith(b"POST /predict HTTP/1.1\r\nConnection: close\r\nHost: ")
    assert not incoming.wants_continue


@pytest.mark.parametrize(
    "rest",
    [
        b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 20_000,
        b"Transfer-Encoding: chunked\r\n\r\n" + b"1;" + b"x" * 20_000,
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"Content-Length: five\r\n\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 100,
    ],
)
def test_what_cannot_be_framed_is_for_gunicorn_to_refuse(rest: bytes) -> None:
    """At once; no thread is to wait for more of it."""
    incoming, _ = fed(HEAD + rest, 4096)
    assert b"\r\nConnection: close\r\n" in incoming.take()


def test_a_head_without_an_end_is_refused() -> None:
    """431, within bounds."""
    incoming = Incoming(100)
    assert incoming.feed(HEAD + b"X: " + b"y" * MAX_HEAD_BYTES)
    assert incoming.refusal == 431


def test_a_client_that_waits_is_asked_to_go_on() -> None:
    """Once its head is there, and before its body is."""
    incoming = Incoming(100)
    assert not incoming.feed(HEAD + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    assert incoming.wants_continue
    assert incoming.feed(b"hello")
    assert incoming.take() == HEAD + b"Content-Length: 5\r\n\r\nhello"


@pytest.mark.parametrize(("target", "probe"), [("/ready", True), ("/health?x", True), ("/predict", False), ("", False)])
def test_probes_are_known(target: str, probe: bool) -> None:
    """By their path."""
    incoming, _ = fed(f"GET {target} HTTP/1.1\r\n\r\n".encode(), 100)
    assert incoming.is_probe is probe
