"""Install the locked packages for the image into a folder on the host, each hash checked.

uv evaluates environment markers for the *image's* Python and platform; pip, run on the
host, would evaluate them for the host's and install other versions.
"""

import hashlib
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

from shared.errors import ParityError
from shared.image.paths import CACHE, HERE, ROOT
from shared.image.run import run, say
from shared.image.slim import slim

PYTHON = "3.13"
LIBC = "manylinux_2_28"
EPOCH = 1_767_225_600
PINS = HERE / "uv.txt"
VENV = "/opt/venv"
UV_ENVIRONMENT = {
    "UV_CACHE_DIR": str(CACHE / "uv"),
    "UV_SYSTEM_CERTS": "1",  # where a proxy inspects TLS, only the host's own store knows its authority
}
REMEDY = (
    "make image, once PyPI can be reached;"
    " if a hash is not the expected one, the download was altered, or the file that pins it was"
)


def lock_hash() -> str:
    """SHA-256 of uv.lock, in hex: what the image's packages are, in one word."""
    return hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest()


def ensure_uv(tools: Path = CACHE / "tools") -> Path:
    """The project's own uv, at the pinned version and hash; installed if it is not there yet."""
    marker, uv = tools / "uv.txt", tools / "bin" / "uv"
    if marker.exists() and marker.read_bytes() == PINS.read_bytes():
        return uv
    say(f"tools: installing {PINS.read_text().split()[0]}")
    fresh = tools.with_name(f"{tools.name}.{os.getpid()}")
    try:
        run(sys.executable, "-m", "venv", fresh, timeout=120, activity="tools: making an environment")
        pip = (fresh / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        hashed = ("--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement", PINS)
        run(*pip, *hashed, timeout=300, remedy=REMEDY, activity="tools: installing")
        shutil.copy(PINS, fresh / "uv.txt")
        _put(fresh, tools)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return uv


def check_lock() -> None:
    """See that uv.lock holds what pyproject.toml asks for: what only the latter has would be in no image.

    Raises:
        ParityError: it does not.
    """
    command = (ensure_uv(), "lock", "--check", "--offline", "--python", sys.executable)
    try:
        run(*command, timeout=60, env=UV_ENVIRONMENT, cwd=ROOT)
    except ParityError as error:
        missing = sorted(_asked_for() - _locked_for())
        raise ParityError(
            "uv.lock does not hold what pyproject.toml asks for",
            evidence=f"not in the lock: {', '.join(missing)}" if missing else error.evidence,
            remedy=f"{(CACHE / 'tools/bin/uv').relative_to(ROOT)} lock; then commit both files",
        ) from None


def _asked_for() -> set[str]:
    """Requirements of all dependency groups, without spaces."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    return {_canonical(line) for group in groups.values() for line in group}


def _locked_for() -> set[str]:
    """The requirements that the lock was made for."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    (own,) = [package for package in packages if package["source"] == {"virtual": "."}]
    groups = own["metadata"]["requires-dev"].values()
    return {_canonical(entry["name"] + entry.get("specifier", "")) for group in groups for entry in group}


def _canonical(requirement: str) -> str:
    name, specifiers = re.fullmatch(r"([\w.-]+)\s*(.*)", requirement.replace(" ", "")).groups()  # type: ignore[union-attr]
    return name + ",".join(sorted(specifiers.split(",")))


def ensure_site(group: str, arch: str, cache: Path = CACHE) -> Path:
    """A dependency group as a folder to copy over a virtual environment: `bin` and `lib/python3.13/site-packages`.

    It is kept by lock, recipe and architecture, and appears whole or not at all.
    """
    target = cache / "site" / f"{_key()}-{arch}" / group
    if target.exists():
        return target
    say(f"packages: installing {group} from uv.lock for {arch}, Python {PYTHON}")
    fresh = target.with_name(f"{group}.{os.getpid()}")
    site = fresh / "lib" / f"python{PYTHON}" / "site-packages"
    try:
        site.mkdir(parents=True)
        install(locked(group), site, arch)
        say(f"packages: {slim(site)}")
        _scripts(site / "bin", fresh / "bin")
        _settle_times(fresh)
        _put(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def ensure_clock(python: str, arch: str, libc: str, cache: Path = CACHE) -> Path:
    """A folder with time-machine, for the Python of any Linux image.

    Args:
        python: its version, such as 3.13.
        libc: as uv names it, such as unknown-linux-musl.

    Raises:
        ParityError: uv.lock has no wheel for them, or it cannot be fetched.
    """
    target = cache / "clock" / f"{_key()}-{python}-{arch}-{libc}"
    if not target.exists():
        say(f"packages: installing clock from uv.lock for {arch}-{libc}, Python {python}")
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        try:
            fresh.mkdir(parents=True)
            install(locked("clock"), fresh, arch, python, libc)
            _put(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return target


def locked(group: str) -> str:
    """The requirements of a dependency group, as uv.lock pins them."""
    export = ("export", "--frozen", "--no-emit-project", "--only-group", group, "--no-header")
    return run(ensure_uv(), *export, timeout=60, env=UV_ENVIRONMENT, cwd=ROOT)


def _key() -> str:
    """Changes whenever the folder would: with the lock, and with how it is installed."""
    recipe = [lock_hash().encode(), *((HERE / name).read_bytes() for name in ("slim.py", "wheels.py"))]
    return hashlib.sha256(b"".join(recipe)).hexdigest()[:12]


def install(requirements: str, site: Path, arch: str, python: str = PYTHON, libc: str = LIBC) -> None:
    """Install pinned wheels for a Linux of that architecture and Python into a folder, each hash checked.

    Args:
        requirements: lines `name==version --hash=sha256:…`, all of them: nothing else is resolved.
    """
    run(
        *(ensure_uv(), "pip", "install", "--requirement", "-", "--target", site, "--python", sys.executable),
        *("--python-version", python, "--python-platform", f"{arch}-{libc}"),
        *("--no-deps", "--require-hashes", "--only-binary", ":all:"),
        timeout=900,
        activity=f"packages: installing for {arch}, Python {python}",
        env=UV_ENVIRONMENT,
        stdin=requirements,
        remedy=REMEDY,
    )
    (site / ".lock").unlink(missing_ok=True)


def _settle_times(folder: Path) -> None:
    """Give everything one time: it is in the image's layers, and a source's is in its bytecode."""
    for path in folder.rglob("*"):
        os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)


def _scripts(source: Path, target: Path) -> None:
    """Move the console scripts to where the image has them, to run with the image's Python."""
    source.rename(target)
    for script in target.iterdir():
        first, _, rest = script.read_bytes().partition(b"\n")
        if first.startswith(b"#!"):
            script.unlink()  # the file may be a hard link into uv's cache
            script.write_bytes(f"#!{VENV}/bin/python3\n".encode() + rest)
            script.chmod(0o755)


def _put(fresh: Path, target: Path) -> None:
    """Rename into place; another build that was faster wins."""
    if target.name == "tools":
        shutil.rmtree(target, ignore_errors=True)
    try:
        fresh.rename(target)
    except OSError as error:
        if not target.exists():
            raise ParityError(f"{target} cannot be written", evidence=str(error), remedy="make clean") from error
