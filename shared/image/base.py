"""Base images: pulled where a registry answers, bootstrapped from Debian's packages where none does.

The bootstrap is mmdebstrap(1) with SOURCE_DATE_EPOCH: the same archive gives the same bytes.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass

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
    " /usr/lib/python3 /usr/lib/python3.*; fi",
    'rm -f "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/cache/debconf/*-old "$1"/var/log/*.log "$1"/var/log/apt/*',
)


@dataclass(frozen=True)
class Spec:
    """A base: where it is in a registry, and the Debian packages that give the same thing."""

    name: str
    reference: str
    packages: tuple[str, ...]
    config: tuple[str, ...] = ()

    def tag(self, origin: str, arch: str) -> str:
        """A tag that changes whenever the base would."""
        recipe = repr((self, arch, debian.SUITE, EPOCH, LEFT_OUT, HOOKS))
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
BROWSER = Spec(
    name="browser",
    reference="chromedp/headless-shell:143.0.7499.170",
    packages=("ca-certificates", "chromium-headless-shell", "fonts-dejavu-core"),
)


def ensure(spec: Spec, engine: Engine) -> Base:
    """The base image, made if it is not there yet; says which way it came."""
    for origin in ("registry", "bootstrap"):
        base = _describe(spec, origin, engine)
        if inspect(base.image, "{{.Id}}"):
            say(f"{spec.name}: {base.source} (already here)")
            return base
    try:
        base = _pull(spec, engine)
    except ParityError as error:
        say(f"{spec.name}: no registry gave {spec.reference}: {error.evidence.splitlines()[-1].strip()}")
        say(f"{spec.name}: bootstrapping the same from Debian's packages instead, up to a minute")
        base = _bootstrap(spec, engine)
    say(f"{spec.name}: {base.source}")
    return base


def _describe(spec: Spec, origin: str, engine: Engine) -> Base:
    source = spec.reference if origin == "registry" else f"Debian {debian.SUITE}: {' '.join(spec.packages)}"
    return Base(spec.tag(origin, engine.arch), origin, f"{origin} {source}")


def _pull(spec: Spec, engine: Engine) -> Base:
    base = _describe(spec, "registry", engine)
    run("docker", "pull", "--quiet", spec.reference, timeout=600)
    run("docker", "tag", spec.reference, base.image, timeout=30)
    return base


def _bootstrap(spec: Spec, engine: Engine) -> Base:
    base = _describe(spec, "bootstrap", engine)
    sources = debian.update()
    host = run("dpkg", "--print-architecture", timeout=10).strip()
    if HOST_ARCH.get(host) != engine.arch:
        raise ParityError(
            "a base cannot be bootstrapped for another architecture",
            evidence=f"host {host}, engine {engine.arch}",
            remedy="use a network where `docker pull` works",
        )
    tool = shutil.which("mmdebstrap") or str(debian.fetch("mmdebstrap") / "usr/bin/mmdebstrap")
    archive = CACHE / f"{spec.name}.{os.getpid()}.tar"
    try:
        run(tool, *_arguments(spec), debian.SUITE, archive, sources, timeout=900, env=_environment())
        config = [f"LABEL {LABEL}", *spec.config]
        run("docker", "import", *(f"--change={line}" for line in config), archive, base.image, timeout=300)
    finally:
        archive.unlink(missing_ok=True)
    return base


def _arguments(spec: Spec) -> list[str]:
    return [
        "--variant=essential",
        "--format=tar",
        f"--include={','.join(spec.packages)}",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in LEFT_OUT),
        "--dpkgopt=path-include=/usr/share/doc/*/copyright",
        *(f"--customize-hook={hook}" for hook in HOOKS),
    ]


def _environment() -> dict[str, str]:
    temporary = CACHE / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    # Without sbin, which a plain user's PATH may lack, dpkg refuses to work.
    path = f"/usr/sbin:/sbin:{os.environ.get('PATH', '')}"
    return {"SOURCE_DATE_EPOCH": EPOCH, "TMPDIR": str(temporary), "PATH": path}
