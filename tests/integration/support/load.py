"""Load from inside prod's network, until prod no longer takes connections: `python3 - IP BODY`.

Piped into a container of the image, so it needs the standard library alone. Half of the
clients open a connection for each request, half keep theirs. Prints counts as JSON:
`answered` requests, `refused` connections (nothing was accepted, so nothing is lost), and
`lost` requests, sent over an accepted connection and never answered, with their errors.
"""

import collections
import http.client
import json
import sys
import threading
import time

CLIENTS = 8
SECONDS = 20

host, body = sys.argv[1], sys.argv[2]
counts: collections.Counter[str] = collections.Counter()
lost: list[str] = []
deadline = time.monotonic() + SECONDS


def client(keep: bool) -> None:
    """Ask until the deadline or until prod refuses."""
    connection = None
    while time.monotonic() < deadline:
        reused = connection is not None
        if connection is None:
            connection = http.client.HTTPConnection(host, 8000, timeout=10)
            try:
                connection.connect()
            except OSError:
                counts["refused"] += 1
                return
        try:
            connection.request("POST", "/predict", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            counts["answered" if answer.status == 200 else f"status {answer.status}"] += 1
        except (OSError, http.client.HTTPException) as error:
            lost.append(f"{'reused' if reused else 'fresh'}: {error!r}")
            connection.close()
            connection = None
            continue
        if not keep or answer.will_close:
            connection.close()
            connection = None


threads = [threading.Thread(target=client, args=(number % 2 == 0,)) for number in range(CLIENTS)]
for thread in threads:
    thread.start()
print("started", flush=True)
for thread in threads:
    thread.join()
print(json.dumps({**counts, "lost": lost}))
