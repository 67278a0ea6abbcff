"""A gunicorn worker whose threads never wait for a client, and that lets go of its clients before it stops.

gunicorn's own worker has a thread wait for each request that was begun, so a few dozen clients that send half of
one silence it. This one gathers requests in its event loop, for a bounded time, and hands over what is complete;
probes of its health have a thread of their own. What a refused client still sends is read and dropped for a
while, so that it comes to read the answer.

A request to predict in its usual form goes past gunicorn and Flask, see `prod.direct`. A small one is answered by the
event loop itself, where the compiled scorer serves: handing it over takes as long. While a thread is at work on a large
one the loop would wait for the interpreter again and again, so then there are threads for small ones, too.

On SIGTERM it goes on serving for a while, with `/ready` answering 503 so that balancers turn away; `prod.drain`
says how it stops then.
"""

import selectors
import socket
import struct
import time
from collections.abc import Callable
from concurrent import futures
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

from gunicorn import util
from gunicorn.workers.gthread import TConn

from prod import direct, logs
from prod.drain import Drain
from prod.incoming import Incoming
from prod.service import COMPUTING, KEY, Service
from shared import settings
from shared.scorer import COMPILED

RECEIVE_BYTES = 256 << 10
MAX_GATHERED_BYTES = 64 << 20
"""Of all requests that are not complete; beyond that the oldest ones are given up."""
LINGER_SECONDS = 5
MAX_LINGERING = 500
SMALL_BYTES = 16 << 10
"""Of a request that the event loop answers: some rows, a millisecond at most."""
OWN_SECONDS = 0.02
"""That the loop answers in one go, before it looks what else has come."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
REFUSALS = {408: "Request Timeout", 431: "Request Header Fields Too Large"}


class Worker(Drain):
    """gthread, with the waiting done by the event loop."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        config = settings.read()
        self._max_body, self._request_seconds = config.max_body_bytes, config.request_seconds
        self._send_timeout = struct.pack(
            "ll", max(1, round(config.request_seconds)), 0
        )  # of a client that does not read
        self._gathering: dict[TConn, Incoming] = {}  # in the order of their deadlines
        self._lingering: dict[socket.socket, float] = {}
        self._large = 0  # requests that threads are at work on
        self._spent = 0.0  # on the loop's own answers, since it last looked for events

    def init_process(self) -> None:
        """As gthread's, with a thread for probes."""
        self._probes = futures.ThreadPoolExecutor(max_workers=1)
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Gather what the client sends next, where gthread would have a thread wait for it."""
        if not conn.initialized:
            self.open_door(conn.sock)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, self._send_timeout)
            conn.close = partial(self._close, conn.sock)
        conn.sock.setblocking(False)
        ahead = conn.parser.unreader.take_buffered() if conn.parser is not None else b""
        self._begin(conn, ahead or _received(conn.sock))  # most requests are there already

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Take the next request of a connection; where the loop answers it, the connection stays where it is."""
        if self._spent > OWN_SECONDS:
            return  # the poller reports it again
        data = _received(client)
        self.keepalived_conns.remove(conn)
        answer = self._directly(data) if data else None
        if answer is not None and not (unsent := _send(client, answer)):
            self._keep(conn)
            return
        self.poller.unregister(client)
        if answer is not None:
            self._hand_over(self._send_rest, conn, unsent)
        else:
            self._begin(conn, data)

    @cached_property
    def _service(self) -> Service | None:
        """None where more is to be asked than `prod.direct` stands for."""
        return self.wsgi.extensions[KEY] if direct.stands_for(self.wsgi, self.cfg) else None

    def _directly(self, request: bytes) -> bytes | None:
        """The loop's own answer; None if it has none."""
        if not self._service or self._service.scorer.kind != COMPILED or len(request) > SMALL_BYTES:
            return None
        if self._large or not self._keeps or self._spent > OWN_SECONDS:
            return None
        began = time.monotonic()
        answer = direct.answer(self._service, request)
        self._spent += time.monotonic() - began
        return answer

    @property
    def _keeps(self) -> bool:
        """Whether connections stay open after an answer."""
        return bool(self.alive) and len(self.keepalived_conns) < self.max_keepalived

    def _keep(self, conn: TConn) -> None:
        conn.set_timeout()
        self.keepalived_conns.append(conn)

    def _begin(self, conn: TConn, data: bytes | None) -> None:
        conn.timeout = time.monotonic() + self._request_seconds
        self._take(conn, Incoming(self._max_body), data)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """As gthread's."""
        self._spent = 0.0
        with logs.together():
            super().wait_for_and_dispatch_events(timeout)

    def _receive(self, conn: TConn, client: socket.socket) -> None:
        self._take(conn, self._gathering[conn], _received(client))

    def _take(self, conn: TConn, incoming: Incoming, data: bytes | None) -> None:
        complete = bool(data) and incoming.feed(data or b"")
        if data == b"" or incoming.refusal:
            self._give_up(conn, incoming.refusal)
        elif complete:
            self._stop_gathering(conn)
            self._answer(conn, incoming.take(), incoming.is_probe)
        else:
            if conn not in self._gathering:
                self._gathering[conn] = incoming
                self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._receive, conn))
            if incoming.wants_continue:
                incoming.wants_continue = False
                with suppress(OSError):
                    conn.sock.send(CONTINUE)

    def _answer(self, conn: TConn, request: bytes, is_probe: bool) -> None:
        if is_probe:
            done = self._probes.submit(self._handle, conn, request)
            done.add_done_callback(lambda future: self.method_queue.defer(self.finish_request, conn, future))
        elif (answer := self._directly(request)) is None:
            self._hand_over(self._handle, conn, request)
        elif unsent := _send(conn.sock, answer):
            self._hand_over(self._send_rest, conn, unsent)
        else:
            self._keep(conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))

    def _hand_over(self, work: Callable[[TConn, bytes], Any], conn: TConn, data: bytes) -> None:
        large = len(data) > SMALL_BYTES
        self._large += large
        done = self.tpool.submit(work, conn, data)
        done.add_done_callback(lambda future: self.method_queue.defer(self._finish, conn, large, future))

    def _handle(self, conn: TConn, request: bytes) -> Any:
        """Answer in a thread; returns whether the connection is kept."""
        if self._service and self._keeps:
            with COMPUTING:
                answer = direct.answer(self._service, request)
            if answer is not None:
                return self._send_rest(conn, answer)
        conn.init()
        conn.parser.unreader.unread(request)
        conn.data_ready = True
        return self.handle(conn)

    def _send_rest(self, conn: TConn, data: bytes) -> bool:
        conn.init()
        conn.sock.setblocking(True)
        conn.sock.sendall(data)
        return True

    def _finish(self, conn: TConn, large: bool, future: futures.Future[Any]) -> None:
        self._large -= large
        self.finish_request(conn, future)

    def murder_pending(self) -> None:
        """As gthread's; give up requests that take too long, or too much memory."""
        super().murder_pending()
        now, held = time.monotonic(), sum(map(len, self._gathering.values()))
        for conn, incoming in list(self._gathering.items()):
            if conn.timeout > now and held <= MAX_GATHERED_BYTES:
                break
            held -= len(incoming)
            self._give_up(conn, 408 if incoming.begun else 0)
        for client, end in list(self._lingering.items()):
            if end > now:
                break
            self._let_go(client)

    def murder_keepalived(self, force: bool = False) -> None:
        """As gthread's; at the end, let clients read the last answers."""
        super().murder_keepalived(force)
        end = time.monotonic() + LINGER_SECONDS
        while force and self._lingering and time.monotonic() < end:
            self.wait_for_and_dispatch_events(0.1)
            self.murder_pending()

    def _stop_gathering(self, conn: TConn) -> None:
        if conn in self._gathering:
            del self._gathering[conn]
            self.poller.unregister(conn.sock)

    def _give_up(self, conn: TConn, status: int = 0) -> None:
        self._stop_gathering(conn)
        self.nr_conns -= 1
        if status:
            answer = f"HTTP/1.1 {status} {REFUSALS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            with suppress(OSError):
                conn.sock.send(answer.encode())
        conn.close(graceful=bool(status))

    def _close(self, client: socket.socket, graceful: bool = False) -> None:
        """As a connection's own, which would have the event loop wait for the client."""
        if not graceful or len(self._lingering) >= MAX_LINGERING:
            util.close(client)
            return
        try:
            client.shutdown(socket.SHUT_WR)
            client.setblocking(False)
            self.poller.register(client, selectors.EVENT_READ, self._drop)
        except (OSError, ValueError):
            util.close(client)
        else:
            self._lingering[client] = time.monotonic() + LINGER_SECONDS

    def _drop(self, client: socket.socket) -> None:
        try:
            if client.recv(RECEIVE_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._let_go(client)

    def _let_go(self, client: socket.socket) -> None:
        del self._lingering[client]
        self.poller.unregister(client)
        util.close(client)


def _received(client: socket.socket) -> bytes | None:
    """What has arrived; None if nothing has, and nothing if the client has gone."""
    try:
        return client.recv(RECEIVE_BYTES)
    except BlockingIOError:
        return None
    except OSError:
        return b""


def _send(client: socket.socket, data: bytes) -> bytes:
    """Send what there is room for; returns the rest."""
    try:
        return data[client.send(data) :]
    except BlockingIOError:
        return data
    except OSError:
        return b""  # it has gone, which the loop comes to see
