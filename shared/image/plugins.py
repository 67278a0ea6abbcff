"""Put Docker's Compose and BuildKit plugins in place for this user, where the CLI lacks them."""

import os
import shutil
from pathlib import Path

from shared.image import debian, settings

PACKAGES = {"compose": "docker-compose", "buildx": "docker-buildx"}


def folder() -> Path:
    """Where the CLI looks for this user's plugins."""
    return settings.docker_config() / "cli-plugins"


def install(name: str, target: Path | None = None) -> Path:
    """Fetch a plugin from Debian and put it in place; it appears whole or not at all.

    Raises:
        ParityError: Debian's packages cannot be fetched here.
    """
    package = PACKAGES[name]
    target = (target or folder()) / f"docker-{name}"
    source = debian.fetch(package) / "usr/libexec/docker/cli-plugins" / target.name
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copy(source, fresh)
    fresh.chmod(0o755)
    fresh.replace(target)
    return target
