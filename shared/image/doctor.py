"""What this host must have before anything is built: each check finds, and says the remedy."""

import importlib.util
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from shared.errors import ParityError
from shared.image import base, build, checkout, debian, engine, plugins, service, settings
from shared.image.engine import Engine
from shared.image.paths import CACHE, ROOT
from shared.image.run import run

ENGINE = (20, 10)
PLUGINS = {"compose": (2, 24), "buildx": (0, 10)}
"""Compose 2.24 is the first that knows `!override`."""
SLOW = {
    "fuse-overlayfs": "pandas and scikit-learn take two to three times as long to import as with overlay2",
    "vfs": "each container copies its whole image",
}
"""Storage drivers, and what they cost; Docker takes overlay2 or containerd's store where it can."""
INSTALL = "https://docs.docker.com/compose/install/linux/"


@dataclass(frozen=True)
class Diagnosis:
    """What one check found; `status` is ok, note, fixed or problem."""

    name: str
    status: str
    detail: str
    remedy: str = ""

    def __str__(self) -> str:
        line = f"{self.status:8} {self.name:9} {self.detail}"
        return f"{line}\n{'':18} remedy: {self.remedy}" if self.remedy else line


def examine(*, network: bool) -> list[Diagnosis]:
    """Every finding. Without `network` it takes well under a second."""
    findings = [check_python(sys.version_info[:2]), check_venv()]
    try:
        found = engine.ask()
    except ParityError as error:
        return [*findings, Diagnosis("docker", "problem", f"{error.what}: {error.evidence}", error.remedy)]
    findings.append(check_engine(found))
    findings += [check_plugin(name, found) for name in PLUGINS]
    findings.append(check_disk([ROOT, Path(found.root_dir)]))
    findings.append(check_name())
    if network:
        findings += [check_storage(found), check_base(found)]
    return findings


def check_python(version: tuple[int, ...]) -> Diagnosis:
    """The tooling and the test harness need a recent Python on the host."""
    text = ".".join(map(str, version))
    if version >= (3, 11):
        return Diagnosis("python", "ok", text)
    return Diagnosis("python", "problem", f"{text} is older than 3.11", "make PYTHON=python3.13")


def check_venv() -> Diagnosis:
    """Debian and Ubuntu ship Python without the parts that make a virtual environment."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return Diagnosis("venv", "ok", "venv and ensurepip")
    return Diagnosis("venv", "problem", "this Python cannot make one", "sudo apt-get install python3-venv")


def check_engine(found: Engine) -> Diagnosis:
    """Older engines lack BuildKit's mounts and `--network none` builds."""
    detail = f"Docker Engine {found.version}, {found.arch}{', rootless' if found.rootless else ''}"
    if numbers(found.version) >= ENGINE:
        return Diagnosis("docker", "ok", detail)
    return Diagnosis("docker", "problem", f"{detail} is older than 20.10", "https://docs.docker.com/engine/install/")


def check_plugin(name: str, found: Engine) -> Diagnosis:
    """A plugin of the CLI; a missing one is put in place for this user."""
    version, least = found.plugins.get(name), PLUGINS[name]
    if version is None:
        return _install(name)
    if numbers(version) >= least:
        return Diagnosis(name, "ok", version)
    wanted = ".".join(map(str, least))
    return Diagnosis(name, "problem", f"{version} is older than {wanted}", f"upgrade it: {INSTALL}")


def _install(name: str) -> Diagnosis:
    try:
        path = plugins.install(name)
        version = run("docker", name, "version", timeout=20).strip()
    except ParityError as error:
        remedy = f"sudo apt-get install docker-{name}-plugin, or {INSTALL}"
        return Diagnosis(name, "problem", f"not installed, and not fetched: {error.what}: {error.evidence}", remedy)
    return Diagnosis(name, "fixed", f"{version}, from Debian {debian.SUITE}; to take it out: rm {path}")


def check_disk(folders: list[Path]) -> Diagnosis:
    """Room for the first build; where the engine keeps images elsewhere, only the project's disk is seen."""
    least = 1 if (CACHE / "site").exists() else 4
    free = {path: shutil.disk_usage(path).free / 1e9 for path in folders if path.is_dir()}
    path, room = min(free.items(), key=lambda item: item[1])
    if room >= least:
        return Diagnosis("disk", "ok", f"{room:.0f} GB free")
    return Diagnosis(
        "disk", "problem", f"{room:.1f} GB free at {path}, {least} needed", "docker system df, then docker image prune"
    )


def check_name() -> Diagnosis:
    """What is this checkout's own on the engine; Compose reads it from .env."""
    try:
        before = checkout.write_name()
    except OSError as error:
        return Diagnosis("name", "problem", f"this checkout cannot be written: {error}", "copy it to a folder of yours")
    own = checkout.name()
    if not before:
        return Diagnosis("name", "ok", own)
    detail = f"{own}; this folder was copied or moved, or its project renamed, and its services were those of {before}"
    return Diagnosis("name", "fixed", detail, f"unless it was copied: COMPOSE_PROJECT_NAME={before} make stop")


def check_storage(found: Engine) -> Diagnosis:
    """Some drivers work, and take their time."""
    if found.driver not in SLOW:
        return Diagnosis("storage", "ok", found.driver)
    remedy = (
        'if `grep overlay /proc/filesystems` finds it: "storage-driver": "overlay2" in /etc/docker/daemon.json, and'
        " sudo systemctl restart docker; images and containers of the other driver are out of sight until you go back"
    )
    return Diagnosis("storage", "note", f"{found.driver}: {SLOW[found.driver]}", remedy)


def check_base(found: Engine) -> Diagnosis:
    """Where the base image comes from, or would."""
    here = base.find(base.PYTHON, found)
    if here:
        return Diagnosis("base", "ok", f"here: {here.source}")
    reference = base.PYTHON.reference
    try:
        run("docker", "manifest", "inspect", reference, timeout=15)
        return Diagnosis("base", "ok", f"a registry has {reference}")
    except ParityError as error:
        no_registry = error.evidence.splitlines()[-1].strip()
    try:
        debian.update()
        return Diagnosis("base", "ok", f"from Debian {debian.SUITE}'s packages; no registry gave it ({no_registry})")
    except ParityError as error:
        detail = f"neither a registry ({no_registry}) nor Debian's packages ({error.evidence}) can be reached"
        return Diagnosis("base", "problem", detail, f"connect to a network where this works: docker pull {reference}")


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: `v2.26.1-4` is (2, 26, 1)."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return tuple(int(part) for part in match[1].split(".")) if match else ()


def _check_artifacts() -> None:
    build.prepare_artifacts(engine.ask(), settings.artifacts())


NEEDS = {
    "artifacts": _check_artifacts,
    "prod": service.PROD.check_port,
    "mlflow": service.MLFLOW.check_port,
}
"""What a command must have beyond all this, each raising a ParityError: before an image, data or training for it."""
