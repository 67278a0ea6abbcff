"""wrk from Debian's archive, in .cache, and what it prints."""

import math
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from shared.image.paths import CACHE

FOLDER = CACHE / "bench" / "wrk"
PACKAGES = ("wrk", "libluajit-5.1-2", "libluajit-5.1-common")
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True)
class Load:
    """What one run of wrk measured: requests a second, milliseconds, requests that were sent, and those that failed."""

    sent: int
    rate: float
    p50: float
    p99: float
    failed: int


def ensure() -> Path:
    """Fetch and unpack it once."""
    if not (FOLDER / "usr/bin/wrk").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "download", "-qq", *PACKAGES], check=True, cwd=FOLDER)
        for package in FOLDER.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, FOLDER], check=True)
    return FOLDER / "usr/bin/wrk"


def ask(url: str, body: bytes, connections: int, seconds: int, beside: tuple[str, ...] = ()) -> Load:
    """Send the same request over and over.

    Args:
        beside: the command that wrk is run with, for a service whose loopback is not the host's.
    """
    script = FOLDER / "post.lua"
    quoted = body.decode().replace("]]", "] ]")  # JSON has the same meaning, and the text of Lua does not end
    script.write_text(
        f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [[{quoted}]]\n'
    )
    libraries = next(FOLDER.glob("usr/lib/*/libluajit*")).parent
    command = [*beside, "env", f"LD_LIBRARY_PATH={libraries}", ensure(), "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["--timeout", "30s", "--latency", "-s", script, url]
    return read(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def read(text: str) -> Load:
    """What it printed."""
    found = re.findall(r"^ +(50|99)% +([\d.]+)(us|ms|s|m)$", text, re.MULTILINE)
    times = {percent: float(number) * UNITS[unit] for percent, number, unit in found}
    p50, p99 = (times.get(each, math.nan) for each in ("50", "99"))  # where nothing was answered in that time
    rate = re.search(r"Requests/sec: +([\d.]+)", text)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    sent = re.search(r"(\d+) requests in", text)
    failed = (sum(map(int, errors.groups())) if errors else 0) + (int(refused[1]) if refused else 0)
    return Load(int(sent[1]) if sent else 0, float(rate[1]) if rate else 0.0, p50, p99, failed)
