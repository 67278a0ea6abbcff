"""Every environment variable that the host's tools read; `shared.settings` has those of dev and prod.

A line of the checkout's .env stands for a variable that is not set, as it does for Compose.
"""

import os
from pathlib import Path

from shared.image import dotenv
from shared.image.paths import ROOT


def compose_project() -> str | None:
    """COMPOSE_PROJECT_NAME, which Compose prefers to the name in any of its files."""
    return _read("COMPOSE_PROJECT_NAME")


def artifacts() -> Path:
    """PARITY_ARTIFACTS: the folder of data and models, relative to the checkout."""
    return ROOT / (_read("PARITY_ARTIFACTS") or "artifacts")


def for_compose() -> dict[str, str]:
    """What the compose files mount: an absolute path, since Compose would take another for the name of a volume."""
    return {"PARITY_ARTIFACTS": str(artifacts())}


def data_url() -> str | None:
    """PARITY_DATA_URL: where else the data archive is, such as a mirror or a file."""
    return _read("PARITY_DATA_URL")


def debian_mirrors() -> dict[str, str]:
    """PARITY_DEBIAN_MIRROR and PARITY_DEBIAN_SECURITY_MIRROR, where set: the archives `main` and `security`."""
    named = {"main": _read("PARITY_DEBIAN_MIRROR"), "security": _read("PARITY_DEBIAN_SECURITY_MIRROR")}
    return {archive: address for archive, address in named.items() if address}


def osv_url() -> str | None:
    """PARITY_OSV_URL: a mirror of the OSV API, for `make audit`."""
    return _read("PARITY_OSV_URL")


def docker_host() -> str | None:
    """DOCKER_HOST: an engine elsewhere."""
    return os.environ.get("DOCKER_HOST")


def docker_config() -> Path:
    """DOCKER_CONFIG: the folder of the Docker command line's own settings and plugins."""
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")


def search_path() -> str:
    """PATH: where programs are."""
    return os.environ.get("PATH", "")


def _read(variable: str) -> str | None:
    return os.environ.get(variable) or dotenv.read(ROOT / ".env").get(variable) or None
