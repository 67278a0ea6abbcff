"""How much of a request has arrived, so that no thread waits for the rest of it (RFC 9112).

Only where a request ends is found out here. What it means, and whether it is well-formed, gunicorn says.
"""

import re

MAX_HEAD_BYTES = 64 << 10
PROBES = (b"/health", b"/ready")

_CHUNK = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_EXPECT = re.compile(rb"(?im)^expect:[^\r\n]*\r\n")
_MAX_CHUNK_LINE = 8 << 10
_OVERHEAD = 4
"""A chunked body may take so many times its content."""


class Incoming:
    """A request on its way in.

    Args:
        max_body: bytes that a body may have.

    Attributes:
        refusal: status of the answer to a request that goes no further; 0 if there is none.
        wants_continue: whether the client waits for `100 Continue` to send the body.
        is_probe: whether it asks for the service's health.
    """

    def __init__(self, max_body: int) -> None:
        self._max_body = max_body
        self._buffer = bytearray()
        self._head = 0  # its length, once it is known
        self._end: int | None = None  # of the whole request, if its length is declared
        self._chunk = 0  # where the next chunk begins, if it is not
        self._content = 0  # of the chunks so far
        self._closes = self._expects = False
        self.refusal = 0
        self.wants_continue = False
        self.is_probe = False

    def __len__(self) -> int:
        return len(self._buffer)

    @property
    def begun(self) -> bool:
        """Whether anything has arrived."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> bool:
        """Take what has arrived; returns whether that is all, or enough to answer."""
        self._buffer += data
        if not self._head and not self._find_head():
            return bool(self.refusal)
        return self._chunked() if self._end is None else self._declared(self._end)

    def take(self) -> bytes:
        """The bytes for gunicorn, which answers and closes where the rest is not waited for."""
        whole = bytes(self._buffer)
        if self._expects:  # `wants_continue` has seen to that
            whole = _EXPECT.sub(b"", whole[: self._head]) + whole[self._head :]
        if not self._closes:
            return whole
        first, end, rest = whole.partition(b"\r\n")
        return first + end + b"Connection: close\r\n" + rest  # before any of the client's: the first one counts

    def _find_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n", 0, MAX_HEAD_BYTES)
        if end < 0:
            self.refusal = 431 if len(self._buffer) > MAX_HEAD_BYTES else 0
            return False
        self._head = self._chunk = end + 4
        first, *lines = bytes(self._buffer[:end]).split(b"\r\n")
        target = first.split(b" ")[1] if first.count(b" ") == 2 else b""
        self.is_probe = target.partition(b"?")[0] in PROBES
        fields: dict[bytes, list[bytes]] = {}
        for line in lines:
            name, _, value = line.partition(b":")
            fields.setdefault(name.lower(), []).append(value.strip().lower())
        self._frame(fields)
        return True

    def _frame(self, fields: dict[bytes, list[bytes]]) -> None:
        lengths = fields.get(b"content-length", [])
        chunked = b"transfer-encoding" in fields
        if chunked and fields[b"transfer-encoding"] == [b"chunked"] and not lengths:
            self._end = None
        elif len(lengths) == 1 and lengths[0].isdigit() and not chunked:
            self._end = self._head + int(lengths[0][:18])
        else:  # no body, or none that gunicorn takes
            self._end, self._closes = self._head, chunked or bool(lengths)
        self._expects = fields.get(b"expect") == [b"100-continue"]
        too_large = self._end is not None and self._end - self._head > self._max_body
        self.wants_continue = self._expects and not too_large and self._end != self._head
        if self._expects and too_large:
            self._end, self._closes = self._head, True

    def _declared(self, end: int) -> bool:
        if end - self._head > self._max_body:
            self._closes = True
            return True
        return len(self._buffer) >= end

    def _chunked(self) -> bool:
        while found := _CHUNK.match(self._buffer, self._chunk):
            length = int(found[1], 16)
            if not length:
                return self._trailers(found.end())
            self._content += length
            self._chunk = found.end() + length + 2
        if self._content > self._max_body:  # enough to see that, and no more
            self._closes = True
            return self._content - max(0, self._chunk - 2 - len(self._buffer)) >= self._max_body
        waiting = len(self._buffer) - self._chunk
        line = self._buffer[self._chunk : self._chunk + _MAX_CHUNK_LINE]
        broken = (waiting >= 2 and not re.match(rb"[0-9a-fA-F]", line)) or b"\r\n" in line or waiting > _MAX_CHUNK_LINE
        if broken or len(self._buffer) > self._head + _OVERHEAD * self._max_body:
            self._closes = True  # gunicorn says what is wrong with it
            return True
        return False

    def _trailers(self, start: int) -> bool:
        """Whether the fields after the last chunk have ended."""
        if self._buffer.startswith(b"\r\n", start) or self._buffer.find(b"\r\n\r\n", start) >= 0:
            return True
        if len(self._buffer) - start > MAX_HEAD_BYTES:
            self._closes = True
            return True
        return False
