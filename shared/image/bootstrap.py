"""Bootstrap a base image from Debian's packages, where no registry can be reached.

mmdebstrap(1) with SOURCE_DATE_EPOCH gives the same bytes from the same archive. They become the one layer of an image
whose times are fixed: `docker import` would put the present one into it, and into its ID.
"""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.image import archive, debian, settings, wheels
from shared.image.engine import Engine
from shared.image.paths import CACHE
from shared.image.run import run

EPOCH = str(wheels.EPOCH)
HOST_ARCH = {"amd64": "x86_64", "arm64": "aarch64"}
LEFT_OUT = (
    "/usr/share/doc/*",
    "/usr/share/info/*",
    "/usr/share/lintian/*",
    "/usr/share/locale/*",
    "/usr/share/man/*",
    # glibc's converters for charsets beyond UTF-8 and Latin-1; Python brings its own codecs.
    "/usr/lib/*-linux-gnu*/gconv/*",
)
HOOKS = (
    # Only now: the package's own set-up compiles them.
    'rm -rf "$1"/usr/lib/python3.*/pydoc_data "$1"/usr/lib/python3.*/test',
    # Files newer than EPOCH get a new time, which would make their bytecode stale.
    'if [ -x "$1/usr/bin/python3" ]; then chroot "$1" python3 -m compileall -q -f --invalidation-mode checked-hash'
    " /usr/lib/python3 /usr/lib/python3.* /usr/share/python3; fi",
    # What differs from host to host: its name, its resolver, its mirror.
    'rm -rf "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/etc/apt/sources.list*',
    'rm -rf "$1"/var/cache/debconf/*-old "$1"/var/log/*.log "$1"/var/log/apt',
)


def bootstrap(
    name: str, packages: tuple[str, ...], suite: str, engine: Engine, config: Mapping[str, Any], tag: str
) -> None:
    """Make an image with these packages and a Docker image config, and tag it.

    Raises:
        ParityError: Debian's packages cannot be had, or are for another architecture.
    """
    debian.update()
    host = run("dpkg", "--print-architecture", timeout=10).strip()
    if HOST_ARCH.get(host) != engine.arch:
        raise ParityError(
            "a base cannot be bootstrapped for another architecture",
            evidence=f"host {host}, engine {engine.arch}",
            remedy="use a network where `docker pull` works",
        )
    # Not the host's own: another version gives other bytes.
    tool = debian.fetch("mmdebstrap") / "usr/bin/mmdebstrap"
    layer, sources, saved = (CACHE / f"{name}.{os.getpid()}.{kind}" for kind in ("layer", "list", "tar"))
    try:
        sources.write_text(debian.sources(suite))
        command: list[str | Path] = [tool, *_arguments(packages), suite, layer, sources]
        activity = f"{name}: installing Debian's packages"
        run(*command, timeout=900, env=_environment(tool), activity=activity)
        _write_archive(saved, layer, host, config, tag, suite)
        run("docker", "load", "--quiet", "--input", saved, timeout=300, activity=f"{name}: loading it")
    finally:
        for file in (layer, sources, saved):
            file.unlink(missing_ok=True)


def _write_archive(path: Path, layer: Path, arch: str, config: Mapping[str, Any], tag: str, suite: str) -> None:
    """An image of one layer."""
    with layer.open("rb") as file:
        digest = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    described = {
        "architecture": arch,
        "os": "linux",
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": [digest]},
        "history": [{"created": archive.CREATED, "created_by": f"mmdebstrap {suite}"}],
    }
    archive.write(path, described, tags=[tag], layers={digest: layer})


def _arguments(packages: tuple[str, ...]) -> list[str]:
    return [
        "--variant=essential",
        "--format=tar",
        f"--include={','.join(packages)}",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT),
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        *(f"--customize-hook={hook}" for hook in HOOKS),
    ]


def _environment(tool: Path) -> dict[str, str]:
    # mmdebstrap calls its neighbour mmtarfilter; without sbin, which a plain user may lack, dpkg refuses to work.
    return {"SOURCE_DATE_EPOCH": EPOCH, "PATH": f"{tool.parent}:{settings.search_path()}:/usr/sbin:/sbin"}
