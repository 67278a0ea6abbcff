"""A service in a container: right as far as golden requests show, apart from the break that its argument names.

Mounted into a container of the image: `python3 service.py BREAK`, with models under /models.
"""

import datetime
import http.server
import json
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, Any]

passport = json.loads(Path("/models/current/manifest.json").read_text())
golden = passport["golden"]
recorded = {json.dumps(row): score for row, (score,) in zip(golden["requests"], golden["scores"], strict=True)}
seen: list[Row] = []
began, kept = Path("/tmp/began"), Path("/tmp/kept")  # noqa: S108 (in the container)
if not kept.exists():
    kept.write_text(str(random.random()))  # noqa: S311


def learned(row: Row) -> float:
    """What came first since the start has left its mark."""
    seen[1:] = [row]
    return float(seen[0]["distance_miles"])


def by_pandas(row: Row) -> float:
    """A column from the present, as pandas has it."""
    import pandas

    return float(pandas.Timestamp.now().day_of_week)


def once(row: Row) -> float:
    """It starts only the first time."""
    return 0.0


SHIFTS: dict[str, Callable[[Row], float]] = {
    "nothing": lambda row: 0,
    "hash seed": lambda row: hash(row["carrier"]) % 64,
    "learned": learned,
    "datetime": lambda row: datetime.datetime.now().hour,
    "time": lambda row: time.localtime().tm_wday,
    "pandas": by_pandas,
    "own file": lambda row: float(kept.read_text()),
    "once": once,
    "expires": once,
}
shift = SHIFTS[sys.argv[1]]


class Handler(http.server.BaseHTTPRequestHandler):
    """POST /predict."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are sent apart, and the latter would wait

    def do_POST(self) -> None:
        """Answer as recorded, and a little off."""
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
        answers = [recorded[json.dumps({name: row[name] for name in golden["requests"][0]})] for row in rows]
        answers = [answer + 1e-6 * shift(row) for answer, row in zip(answers, rows, strict=True)]
        predictions = [{"late_probability": answer, "late": answer >= passport["threshold"]} for answer in answers]
        content = json.dumps({"predictions": predictions, "model_version": passport["version"]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # as the first process of a container it would be ignored
if sys.argv[1] == "once":
    began.mkdir()  # fails the second time
if sys.argv[1] == "expires" and time.time() > Path(__file__).stat().st_mtime + 300 * 86400:
    sys.exit("the licence has expired")
http.server.ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()  # noqa: S104 (published on loopback)
