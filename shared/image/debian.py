"""Fetch packages of Debian 13 with apt in a directory of its own; the host's own sources stay untouched.

Signatures are checked against Debian's keyring, as apt-secure(8) describes.
"""

import os
import re
import shutil
from pathlib import Path

from shared.errors import ParityError
from shared.image import settings
from shared.image.paths import CACHE
from shared.image.run import run

SUITE = "trixie"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
RELEASE = re.compile(r"'(?P<uri>[a-z]+://\S+?)/dists/(?P<suite>[^/']+)\S*/InRelease'")
OWN_SUITE = re.compile(r"(old)*stable|testing|sid|unstable|bullseye|bookworm|trixie|forky")


def available() -> str | None:
    """Why Debian's packages cannot be fetched on this host, or None if they can."""
    missing = [name for name in ("apt-get", "dpkg") if not shutil.which(name)]
    if missing:
        return f"this host has no {' or '.join(missing)}"
    if not KEYRING.exists():
        return f"{KEYRING} is missing (package debian-archive-keyring)"
    return None


def sources(suite: str = SUITE) -> str:
    """A source list for a suite, on the mirrors that this host's apt already uses.

    `PARITY_DEBIAN_MIRROR` and `PARITY_DEBIAN_SECURITY_MIRROR` name others.
    """
    printed = run("apt-get", "--print-uris", "update", timeout=60)
    mirrors = mirrors_of(printed) | settings.debian_mirrors()
    main, security = mirrors.get("main"), mirrors.get("security")
    if not main:
        raise ParityError(
            "no Debian mirror is known",
            evidence="this host's apt sources name none",
            remedy="PARITY_DEBIAN_MIRROR=<address of a Debian mirror> make image",
        )
    rows = [(main, suite), (main, f"{suite}-updates")] + ([(security, f"{suite}-security")] if security else [])
    return "".join(f"deb [signed-by={KEYRING}] {uri} {name} main\n" for uri, name in rows)


def mirrors_of(printed: str) -> dict[str, str]:
    """The Debian mirrors among the addresses that `apt-get --print-uris update` printed."""
    found: dict[str, str] = {}
    for match in RELEASE.finditer(printed):
        name, _, kind = match["suite"].partition("-")
        if OWN_SUITE.fullmatch(name) and kind in ("", "security"):
            found.setdefault(kind or "main", match["uri"])
    return found


def update(folder: Path = CACHE / "debian") -> Path:
    """Write the private apt directory, fetch the package lists, and return the source list."""
    reason = available()
    if reason:
        raise ParityError(
            "Debian's packages cannot be fetched here",
            evidence=reason,
            remedy="use a network where `docker pull` works, or a Debian host",
        )
    for name in ("state/lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(sources())
    activity = "debian: reading the lists of packages"
    run(
        "apt-get",
        "update",
        *_options(folder),
        timeout=180,
        remedy="check the network, then try again",
        activity=activity,
    )
    return folder / "sources.list"


def fetch(package: str, folder: Path = CACHE / "debian") -> Path:
    """Fetch one package, without its dependencies, and return the folder it was unpacked into."""
    target = folder / "unpacked" / package
    if target.exists():
        return target
    if not (folder / "sources.list").exists():
        update(folder)
    downloads = folder / f"{package}.{os.getpid()}"
    downloads.mkdir()
    try:
        run(
            "apt-get", "download", package, *_options(folder), timeout=180, cwd=downloads, activity=f"debian: {package}"
        )
        [archive] = downloads.glob("*.deb")
        run("dpkg", "-x", archive, downloads / "tree", timeout=60)
        target.parent.mkdir(exist_ok=True)
        if not target.exists():
            (downloads / "tree").rename(target)
    finally:
        shutil.rmtree(downloads)
    return target


def _options(folder: Path) -> list[str]:
    settings = {
        "Dir::State": folder / "state",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": folder / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        # Run by root, apt would drop to a user who may not write below a private project folder.
        "APT::Sandbox::User": "root",
    }
    return ["-q", *(f"-o{key}={value}" for key, value in settings.items())]
