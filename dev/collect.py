"""Collect the problem's data: the file whose hash is pinned, or nothing.

Runs on the host with nothing but its Python, because the host knows its proxies and
certificate authorities and containers need not.
"""

import argparse
import hashlib
import http.client
import io
import json
import shutil
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from dev.problem.collect import SOURCE
from dev.source import Source
from shared.errors import ParityError, program

ROOT = Path(__file__).resolve().parents[1]
RECORD = "sources.json"
TIMEOUT_SECONDS = 30


class CollectError(ParityError):
    """The data could not be collected; nothing has changed."""


def collect(folder: Path, source: Source = SOURCE, url: str | None = None) -> bool:
    """Put the tables and `sources.json` into `folder`/NAME, whole or not at all.

    Args:
        url: of a mirror; the source's own if None.

    Returns:
        True if they were fetched, False if they were there already.

    Raises:
        CollectError: the file cannot be had, or is not the one whose hash is pinned.
    """
    target, address = folder / source.name, url or source.url
    if (target / RECORD).exists():
        _verify(target, source)
        return False
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".partial-") as name:
        partial = Path(name)
        _download(source, address, partial / "archive")
        ready = partial / source.name
        _unpack(source, partial / "archive", ready)
        record = {
            "name": source.name,
            "url": address,
            "sha256": source.sha256,
            "files": _describe(ready, source.files),
        }
        (ready / RECORD).write_text(json.dumps(record, indent=2) + "\n")
        shutil.rmtree(target, ignore_errors=True)
        ready.rename(target)
    return True


def _download(source: Source, url: str, archive: Path) -> None:
    digest, size = hashlib.sha256(), 0
    address = url if ":" in url else (ROOT / url).as_uri()
    try:
        # Any scheme will do: the pinned hash vouches for the content.
        with urllib.request.urlopen(address, timeout=TIMEOUT_SECONDS) as answer, archive.open("wb") as file:  # noqa: S310
            while chunk := answer.read(1 << 20):
                size += len(chunk)
                if size > source.size:
                    break
                digest.update(chunk)
                file.write(chunk)
                print(f"data: {size / 1e6:.1f} of {source.size / 1e6:.1f} MB", file=sys.stderr)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise CollectError(
            f"could not download {source.name}",
            evidence=f"{url}: {getattr(error, 'reason', error)}",
            remedy="check the network and type 'make data' again; for a mirror or a file on "
            "disk: make data PARITY_DATA_URL=https://… or file:///…",
        ) from error
    if size != source.size or digest.hexdigest() != source.sha256:
        raise CollectError(
            f"the file at {url} is not {source.name}",
            evidence=f"expected SHA-256 {source.sha256} and {source.size} bytes, "
            f"got {digest.hexdigest()} and {'more than ' * (size > source.size)}{min(size, source.size)} bytes",
            remedy="a cut-off download or another file: type 'make data' again, and if that "
            "does not help, use another source; data that are new have their hash and size in dev/problem/collect.py",
        )


def _unpack(source: Source, archive: Path, folder: Path) -> None:
    folder.mkdir()
    member = _opened(archive)
    for name, place in source.files.items():
        try:
            content = member(place)
            if place.endswith(".zip") and not name.endswith(".zip"):
                with zipfile.ZipFile(io.BytesIO(content)) as inner:
                    content = inner.read(name)
        except KeyError as error:
            raise CollectError(
                f"{source.name} has no table {name}",
                evidence=f"{place or name} is not in the archive",
                remedy="give its place in SOURCE.files, in dev/problem/collect.py",
            ) from error
        (folder / name).write_bytes(content)


def _opened(archive: Path) -> Callable[[str], bytes]:
    """From a place in the archive to what is there; a file that is no archive is all there is."""
    if tarfile.is_tarfile(archive):
        return lambda place: _in_tar(archive, place)
    if zipfile.is_zipfile(archive):
        return lambda place: zipfile.ZipFile(archive).read(place)
    return lambda _: archive.read_bytes()


def _in_tar(archive: Path, place: str) -> bytes:
    with tarfile.open(archive) as tar:
        member = tar.extractfile(place)
        if member is None:
            raise KeyError(place)
        return member.read()


def _describe(folder: Path, names: Iterable[str]) -> dict[str, dict[str, object]]:
    """Size, SHA-256 and rows (without the header) of each file."""
    described: dict[str, dict[str, object]] = {}
    for name in names:
        content = (folder / name).read_bytes()
        described[name] = {
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "rows": content.count(b"\n") - 1,
        }
    return described


def _verify(target: Path, source: Source) -> None:
    remedy = f"rm -r {target} && make data"
    try:
        content = json.loads((target / RECORD).read_text())
        pinned, record = content["sha256"], content["files"]
        described = [(name, seen, record[name]) for name, seen in _describe(target, source.files).items()]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CollectError(
            f"{target} is incomplete or damaged", evidence=f"{type(error).__name__}: {error}", remedy=remedy
        ) from error
    if pinned != source.sha256:
        raise CollectError(
            f"{target} was collected from another file than dev/problem/collect.py names",
            evidence=f"expected SHA-256 {source.sha256}, recorded {pinned}",
            remedy=remedy,
        )
    for name, seen, recorded in described:
        if seen != recorded:
            raise CollectError(
                f"{target / name} has changed since it was collected",
                evidence=f"expected SHA-256 {recorded['sha256']} and {recorded['bytes']} bytes, "
                f"got {seen['sha256']} and {seen['bytes']} bytes",
                remedy=remedy,
            )


@program
def main() -> int:
    """Collect into a folder and print what is there."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.collect", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("artifacts/data"))
    parser.add_argument("--url", help=f"a mirror, or file:///… (default: {SOURCE.url})")
    arguments = parser.parse_args()
    fetched = collect(arguments.folder, url=arguments.url)
    target = arguments.folder / SOURCE.name
    print(f"data: {SOURCE.name} {'collected into' if fetched else 'is already in'} {target}")
    for name, file in json.loads((target / RECORD).read_text())["files"].items():
        print(f"  {name:<13} {file['rows']:>8,} rows {file['bytes']:>11,} bytes  {file['sha256']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
