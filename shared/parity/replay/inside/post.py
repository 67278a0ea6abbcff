"""Send requests to the server of the network namespace that this runs in: piped into it, the standard library alone.

Arguments are method, path, port (0: the one that listens), seconds, and the command of a server to start first, if it
does not run yet; standard input has one body on each line. Prints a line of JSON: `answers`, each with status, content
type and body in Base64; or `error`, why there are none.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import time

BUSY = (502, 503)
"""A server that loads its model says so."""
WRONG = (404, 405)
LISTENS = "0A"
MAX_BODY = 4 << 20
PAUSE_SECONDS = 0.1


def main() -> None:
    """Start the server if it does not run, and ask it."""
    command = sys.argv[5:]
    if not command:
        asked()
        return
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, start_new_session=True)
    try:
        asked()
    finally:
        os.killpg(server.pid, signal.SIGKILL)


def asked() -> None:
    """Wait for the server, then ask one by one."""
    method, path, port, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    bodies = [line for line in sys.stdin.buffer.read().split(b"\n") if line.strip()]
    deadline = time.monotonic() + seconds
    address: tuple[str, int] | None = None
    answer = "nothing listens on a port"
    while address is None and time.monotonic() < deadline:
        for candidate in listening(port):
            try:
                first = ask(candidate, method, path, bodies[0], deadline)
            except (OSError, http.client.HTTPException) as error:
                answer = f"port {candidate[1]}: {type(error).__name__}: {error}"
                continue
            if first[0] in BUSY:
                answer = f"port {candidate[1]}: status {first[0]}"
            elif address is None or first[0] not in WRONG:
                address = candidate
                if first[0] not in WRONG:
                    break
        if address is None:
            time.sleep(PAUSE_SECONDS)
    if address is None:
        print(json.dumps({"error": answer}))
        return
    try:
        print(json.dumps({"answers": [ask(address, method, path, body, deadline) for body in bodies]}))
    except (OSError, http.client.HTTPException) as error:
        print(json.dumps({"error": f"port {address[1]}: {type(error).__name__}: {error}"}))


def listening(wanted: int) -> list[tuple[str, int]]:
    """Addresses and ports on which something listens (proc(5), net/tcp)."""
    found = []
    for table, host in (("/proc/net/tcp", "127.0.0.1"), ("/proc/net/tcp6", "::1")):
        if not os.path.exists(table):
            continue
        with open(table) as file:
            rows = [line.split() for line in file][1:]
        for row in rows:
            port = int(row[1].rpartition(":")[2], 16)
            if row[3] == LISTENS and wanted in (0, port):
                # One that listens on IPv6 alone may take IPv4, too.
                found.append((host, port))
    return sorted(set(found), key=lambda pair: (pair[1], pair[0] == "::1"))


def ask(address: tuple[str, int], method: str, path: str, body: bytes, deadline: float) -> tuple[int, str, str]:
    """Status, content type, body."""
    connection = http.client.HTTPConnection(*address, timeout=max(0.1, deadline - time.monotonic()))
    try:
        connection.request(method, path, body, {"Content-Type": "application/json", "Connection": "close"})
        response = connection.getresponse()
        content = response.read(MAX_BODY + 1)
        if len(content) > MAX_BODY:
            raise OSError(f"an answer of more than {MAX_BODY} bytes")
        return response.status, response.getheader("Content-Type") or "", base64.b64encode(content).decode()
    finally:
        connection.close()


if __name__ == "__main__":
    main()
