"""Base images: pulled where a registry answers, bootstrapped from Debian's packages where none does.

The bootstrap is mmdebstrap(1) with SOURCE_DATE_EPOCH: the same archive gives the same bytes.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ParityError
from shared.image import debian
from shared.image.engine import LABEL, Engine, inspect
from shared.image.paths import CACHE
from shared.image.run import run, say

EPOCH = "1767225600"  # 2026-01-01: any fixed time will do
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


@dataclass(frozen=True)
class Spec:
    """A base: where it is in a registry, and the Debian suite and packages that give the same thing."""

    name: str
    reference: str
    packages: tuple[str, ...]
    config: tuple[str, ...] = ()
    suite: str = debian.SUITE

    def tag(self, origin: str, arch: str) -> str:
        """A tag that changes whenever the base would."""
        recipe = repr((self, arch, EPOCH, LEFT_OUT, HOOKS))
        return f"parity-sandbox/{self.name}:{origin}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Base:
    """A base image that is there; `origin` is registry or bootstrap, `source` what it was made of."""

    image: str
    origin: str
    source: str


PYTHON = Spec(
    name="base",
    # 3.13.15 on Debian 13.6
    reference="python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285",
    # Wheels for manylinux may count on libstdc++.
    packages=("ca-certificates", "libstdc++6", "netbase", "python3", "tzdata"),
)
BROWSE = (
    "socat TCP4-LISTEN:9222,fork,reuseaddr TCP4:127.0.0.1:9223 &"
    " exec chromium-headless-shell --no-sandbox --disable-dev-shm-usage --disable-gpu"
    " --user-data-dir=/tmp/profile --remote-debugging-port=9223"
)
BROWSER = Spec(
    name="browser",
    reference="chromedp/headless-shell:143.0.7499.170",
    packages=("ca-certificates", "chromium-headless-shell", "fonts-dejavu-core", "socat"),
    # As in the registry's image, `docker run -p 127.0.0.1::9222` is all that a test needs. Chromium
    # listens on its container's loopback only, whatever it is told, so socat stands before it.
    config=(
        f"ENTRYPOINT {json.dumps(['sh', '-c', BROWSE])}",
        "EXPOSE 9222",
    ),
)


def ensure(spec: Spec, engine: Engine) -> Base:
    """The base image, made if it is not there yet; says which way it came.

    Raises:
        ParityError: neither a registry nor Debian's packages gave it.
    """
    base = find(spec, engine)
    if not base:
        _make(spec, engine)
        base = find(spec, engine)
    if not base:
        raise ParityError(
            f"the image {spec.name} was made, and is gone", evidence=spec.reference, remedy="make image, once more"
        )
    say(f"{spec.name}: {base.source}")
    return base


def find(spec: Spec, engine: Engine) -> Base | None:
    """The base image, if it is here; one from a registry is preferred."""
    for origin in ("registry", "bootstrap"):
        image = spec.tag(origin, engine.arch)
        layer = inspect(image, "{{index .RootFS.Layers 0}}")
        if layer:
            source = spec.reference if origin == "registry" else f"debian:{spec.suite}@{layer}"
            return Base(image, origin, f"{origin} {source}")
    return None


def _make(spec: Spec, engine: Engine) -> None:
    try:
        _pull(spec, engine)
    except ParityError as error:
        say(f"{spec.name}: no registry gave {spec.reference}: {error.evidence.splitlines()[-1].strip()}")
        say(f"{spec.name}: bootstrapping it from Debian {spec.suite}'s packages instead, up to a minute")
        _bootstrap(spec, engine)


def _pull(spec: Spec, engine: Engine) -> None:
    run("docker", "pull", "--quiet", spec.reference, timeout=600)
    run("docker", "tag", spec.reference, spec.tag("registry", engine.arch), timeout=30)


def _bootstrap(spec: Spec, engine: Engine) -> None:
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
    archive, sources = (CACHE / f"{spec.name}.{os.getpid()}.{kind}" for kind in ("tar", "list"))
    try:
        sources.write_text(debian.sources(spec.suite))
        run(tool, *_arguments(spec), spec.suite, archive, sources, timeout=900, env=_environment(tool))
        tag = spec.tag("bootstrap", engine.arch)
        config = [f"LABEL {LABEL}", *spec.config]
        run("docker", "import", *(f"--change={line}" for line in config), archive, tag, timeout=300)
    finally:
        for file in (archive, sources):
            file.unlink(missing_ok=True)


def _arguments(spec: Spec) -> list[str]:
    return [
        "--variant=essential",
        "--format=tar",
        f"--include={','.join(spec.packages)}",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT),
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        *(f"--customize-hook={hook}" for hook in HOOKS),
    ]


def _environment(tool: Path) -> dict[str, str]:
    # mmdebstrap calls its neighbour mmtarfilter; without sbin, which a plain user may lack, dpkg refuses to work.
    path = f"{tool.parent}:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return {"SOURCE_DATE_EPOCH": EPOCH, "PATH": path}
