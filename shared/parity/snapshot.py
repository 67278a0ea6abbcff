"""One environment as JSON: every fact that could make the same code answer differently.

This file stands alone: the standard library, CPython 3.8 or newer, no import of ours. So it
can be piped to the Python of any image (`docker run -i … python3 - < snapshot.py`), as any
user, read-only and without network. A fact is `{"value": …, "how": …}`; one that cannot be
read has the value null and says why under `unknown`.
"""

from __future__ import annotations

import ast
import concurrent.futures
import csv
import functools
import hashlib
import importlib.metadata
import json
import locale
import os
import platform
import re
import sys
import sysconfig
import time
from typing import Any, Callable, Iterator

FORMAT = 1

VARIABLES = re.compile(
    r"PYTHON.*|LANG|LANGUAGE|LC_.*|TZ|TZDIR|LD_PRELOAD|LD_LIBRARY_PATH|GLIBC_TUNABLES"
    r"|(OMP|GOMP|KMP|OPENBLAS|GOTO|BLIS|MKL|VECLIB|NUMEXPR|NPY|ONEDNN|DNNL|SKLEARN|PANDAS)_.*"
    r"|.*THRESHOLD.*|.*(FEATURE|MODEL)S?(_.*)?|PARITY_.*"
)
"""Names of variables that may change numbers or texts, and so are recorded."""

TOLD_ELSEWHERE = {"PARITY_IMAGE", "PARITY_REVISION", "PARITY_BASE", "PARITY_LOCK_SHA256"}
SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIAL|API_?KEY|PRIVATE|AUTH", re.IGNORECASE)
NOT_RECORDED = "set, not recorded: the name looks like a secret's"

FACTS: list[tuple[str, str, Callable[[], Any]]] = []
_readers = concurrent.futures.ThreadPoolExecutor(4)  # opening thousands of files is what takes time


def fact(name: str, how: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a function as the way to one fact."""

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        FACTS.append((name, how, function))
        return function

    return register


def snapshot() -> dict[str, Any]:
    """Describe the environment that this process runs in."""
    facts = {}
    for name, how, function in FACTS:
        try:
            facts[name] = {"value": function(), "how": how}
        except Exception as error:
            facts[name] = {"value": None, "how": how, "unknown": f"{type(error).__name__}: {error}"}
    return {"format": FORMAT, "facts": facts}


# First, before an import below sets some.
@fact("variables", "os.environ: those that may change numbers or texts; secrets by name only")
def _variables() -> dict[str, str]:
    return {
        name: NOT_RECORDED if SECRET.search(name) else value
        for name, value in sorted(os.environ.items())
        if VARIABLES.fullmatch(name) and name not in TOLD_ELSEWHERE
    }


@fact("python", "sys, platform, sysconfig")
def _python() -> dict[str, Any]:
    return {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "abi": sysconfig.get_config_var("SOABI"),
        "build": " ".join(platform.python_build()),
        "compiler": platform.python_compiler(),
        "executable": sys.executable,
        "utf8_mode": sys.flags.utf8_mode,
        "optimize": sys.flags.optimize,
        "hash_randomization": sys.flags.hash_randomization,
        "hash_seed": os.environ.get("PYTHONHASHSEED", "random"),
        "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    }


@fact("packages", "importlib.metadata over sys.path; SHA-256 of the files that RECORD names, as they are now")
def _packages() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, distribution in _distributions():
        if name not in found:
            found[name] = _package(distribution)
    return dict(sorted(found.items()))


@functools.lru_cache(maxsize=None)
def _distributions() -> list[tuple[str, Any]]:
    named = [(distribution.metadata["Name"], distribution) for distribution in importlib.metadata.distributions()]
    return [(re.sub(r"[-_.]+", "-", name).lower(), distribution) for name, distribution in named if name]


@functools.lru_cache(maxsize=None)
def _files(distribution: Any) -> list[str]:
    """The code that the distribution installed, relative to its folder."""
    record = distribution.read_text("RECORD")
    if record:
        names = [row[0] for row in csv.reader(record.splitlines()) if row]
    else:
        names = [str(file) for file in distribution.files or []]
    return sorted(name for name in names if re.search(r"\.(py|so|so\.[0-9.]+)$", name) and not name.startswith(".."))


def _package(distribution: Any) -> dict[str, Any]:
    folder = str(distribution.locate_file(""))
    names = _files(distribution)
    contents = list(_readers.map(lambda name: _content(os.path.join(folder, name)), names))
    digest = hashlib.sha256()
    for name, content in zip(names, contents):
        digest.update(name.encode() + b"\0" + content)
    url = distribution.read_text("direct_url.json")
    return {
        "version": distribution.version,
        "sha256": digest.hexdigest(),
        "missing_files": contents.count(b""),
        "source": json.loads(url).get("url") if url else (distribution.read_text("INSTALLER") or "unknown").strip(),
        "location": folder,
        "modules": sorted({name.split("/")[0].split(".")[0] for name in names}),
        "requires": sorted(set(_requirements(distribution.metadata.get_all("Requires-Dist") or []))),
    }


def _content(path: str) -> bytes:
    """SHA-256 of a file; empty if it is not there."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).digest()
    except OSError:
        return b""


def _requirements(lines: list[str]) -> Iterator[str]:
    """Names of requirements; those of an extra that only developers want are left out."""
    for line in lines:
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", line)
        if extra and re.search(r"dev|test|doc|lint|build|typ|bench|example|all", extra.group(1)):
            continue
        match = re.match(r"[A-Za-z0-9._-]+", line)
        if match:
            yield re.sub(r"[-_.]+", "-", match.group()).lower() + ("?" if extra else "")


@fact("duplicates", "importlib.metadata: a distribution that sys.path holds more than once")
def _duplicates() -> dict[str, list[str]]:
    seen: dict[str, list[str]] = {}
    for name, distribution in _distributions():
        place = f"{distribution.version} in {distribution.locate_file('')}"
        places = seen.setdefault(name, [])
        if place not in places:
            places.append(place)
    return {name: places for name, places in sorted(seen.items()) if len(places) > 1}


@fact("shadowed", "folders of sys.path: an installed module that another of the same name hides")
def _shadowed() -> dict[str, str]:
    hidden = {}
    path = [os.getcwd()] + [folder for folder in sys.path if folder and os.path.isdir(folder)]
    for _, distribution in _distributions():
        home = os.path.realpath(str(distribution.locate_file("")))
        before = [folder for folder in path if os.path.realpath(folder) != home]
        if home in map(os.path.realpath, path):
            before = path[: [os.path.realpath(folder) for folder in path].index(home)]
        for module in {name.split("/")[0].split(".")[0] for name in _files(distribution) if name.endswith(".py")}:
            for folder in before:
                for form in (module + ".py", os.path.join(module, "__init__.py")):
                    if os.path.isfile(os.path.join(folder, form)):
                        hidden[module] = f"by {os.path.join(folder, form)}"
    return dict(sorted(hidden.items()))


@fact("system", "os-release and platform")
def _system() -> dict[str, Any]:
    release = {}
    with open("/etc/os-release") as file:
        for line in file:
            key, _, value = line.strip().partition("=")
            release[key] = value.strip('"')
    return {
        "id": release.get("ID"),
        "version": release.get("VERSION_ID"),
        "name": release.get("PRETTY_NAME"),
        "libc": " ".join(platform.libc_ver()),
        "kernel": platform.release(),
    }


@fact("libraries", "/proc/self/maps after importing numpy and scipy if they are there: SHA-256 of each system library")
def _libraries() -> dict[str, str]:
    for module in ("numpy", "scipy.linalg", "zlib", "ssl", "sqlite3"):
        try:
            __import__(module)
        except ImportError:
            continue
    found = {}
    with open("/proc/self/maps") as file:
        paths = {line.split(None, 5)[5].strip() for line in file if ".so" in line and "/" in line}
    for path in sorted(paths):
        if "site-packages" not in path and "dist-packages" not in path and "lib-dynload" not in path:
            with open(path, "rb") as library:
                found[re.sub(r"(\.so)[.0-9]*$", r"\1", os.path.basename(path))] = _sha256(library.read())
    return found


@fact("locale", "locale.setlocale, locale.strxfrm")
def _locale() -> dict[str, Any]:
    before = locale.setlocale(locale.LC_ALL)
    try:
        effective = locale.setlocale(locale.LC_ALL, "")
        order = "".join(sorted("aAbBzZäÄéñ_-1", key=locale.strxfrm))
        decimal = locale.localeconv()["decimal_point"]
    finally:
        locale.setlocale(locale.LC_ALL, before)
    return {"effective": effective, "collation": order, "decimal_point": decimal}


@fact("encoding", "sys and locale")
def _encoding() -> dict[str, Any]:
    return {
        "default": sys.getdefaultencoding(),
        "filesystem": sys.getfilesystemencoding(),
        "open": locale.getpreferredencoding(False),
    }


@fact("time_zone", "time.localtime in January and July 2013")
def _time_zone() -> dict[str, Any]:
    winter, summer = time.localtime(1357041600), time.localtime(1372680000)
    return {
        "winter": f"{winter.tm_zone} {winter.tm_gmtoff:+d}",
        "summer": f"{summer.tm_zone} {summer.tm_gmtoff:+d}",
    }


@fact("tz_data", "zoneinfo: SHA-256 of rules it would use; version of the system's and of the tzdata package")
def _tz_data() -> dict[str, Any]:
    import zoneinfo

    digest = hashlib.sha256()
    for zone in ("America/New_York", "Europe/Berlin", "Asia/Kolkata", "Africa/Casablanca", "Asia/Tehran"):
        rules = zoneinfo.ZoneInfo(zone)
        for month in range(24 * 12):
            moment = 946684800 + month * 2629800
            digest.update(repr(rules.utcoffset(_utc(moment).astimezone(rules))).encode())
    system = None
    for folder in zoneinfo.TZPATH:
        try:
            with open(os.path.join(folder, "tzdata.zi")) as file:
                system = file.readline().strip("# \n")
        except OSError:
            continue
    try:
        package: str | None = importlib.metadata.version("tzdata")
    except importlib.metadata.PackageNotFoundError:
        package = None
    return {"rules_sha256": digest.hexdigest(), "path": list(zoneinfo.TZPATH), "system": system, "package": package}


def _utc(moment: int) -> Any:
    import datetime

    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)


@fact("cpu", "platform, /proc/cpuinfo")
def _cpu() -> dict[str, Any]:
    with open("/proc/cpuinfo") as file:
        text = file.read()
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.*)$", text, re.MULTILINE)
    model = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    wanted = re.compile(r"avx.*|sse.*|ssse3|fma.*|f16c|bmi\d|amx.*|asimd.*|sve.*|fp16.*|bf16.*")
    return {
        "architecture": platform.machine(),
        "model": model.group(1) if model else None,
        "features": sorted(flag for flag in (flags.group(1).split() if flags else []) if wanted.match(flag)),
    }


@fact("numpy", "numpy's own table of CPU features, as it would use them")
def _numpy() -> dict[str, Any]:
    try:
        from numpy._core import _multiarray_umath as umath  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        from numpy.core import _multiarray_umath as umath
    return {"features": sorted(name for name, on in umath.__cpu_features__.items() if on)}


@fact("blas", "threadpoolctl if it is installed, else the loaded OpenBLAS itself")
def _blas() -> list[dict[str, Any]]:
    import numpy  # noqa: F401

    try:
        import scipy.linalg  # noqa: F401
    except ImportError:
        pass
    try:
        import threadpoolctl
    except ImportError:
        return _openblas()
    keys = ("user_api", "internal_api", "version", "architecture", "num_threads")
    pools = [{key: pool.get(key) for key in keys} for pool in threadpoolctl.threadpool_info()]
    return sorted(pools, key=json.dumps)


def _openblas() -> list[dict[str, Any]]:
    import ctypes

    pools = []
    with open("/proc/self/maps") as file:
        paths = sorted({line.split(None, 5)[5].strip() for line in file if "openblas" in line})
    for path in paths:
        library = ctypes.CDLL(path)
        for prefix in ("scipy_openblas_get_", "openblas_get_"):
            for suffix in ("64_", ""):
                ask = getattr(library, prefix + "config" + suffix, None)
                if ask:
                    ask.restype = ctypes.c_char_p
                    pools.append({"user_api": "blas", "internal_api": "openblas", "version": ask().decode()})
    return pools


@fact("threads", "os.cpu_count, os.sched_getaffinity, cgroup")
def _threads() -> dict[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "usable": len(os.sched_getaffinity(0)),
        "cgroup_cpu": _read("/sys/fs/cgroup/cpu.max"),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS"),
    }


@fact("memory", "cgroup")
def _memory() -> str | None:
    return _read("/sys/fs/cgroup/memory.max") or _read("/sys/fs/cgroup/memory/memory.limit_in_bytes")


@fact("user", "os.getuid, os.getcwd, platform.node")
def _user() -> dict[str, Any]:
    return {"uid": os.getuid(), "folder": os.getcwd(), "host": platform.node()}


@fact("code", "SHA-256 of the Python files below the working folder, by first folder")
def _code() -> dict[str, str]:
    digests: dict[str, Any] = {}
    for path in _sources():
        with open(path, "rb") as file:
            digest = digests.setdefault(path.split(os.sep)[1], hashlib.sha256())
            digest.update(path.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return {name: digest.hexdigest() for name, digest in sorted(digests.items())}


@fact("imports", "ast: modules that the Python files below the working folder import")
def _imports() -> list[str]:
    found = set()
    for path in _sources():
        with open(path, "rb") as file:
            try:
                tree = ast.parse(file.read())
            except SyntaxError:
                continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return sorted(found)


def _sources() -> Iterator[str]:
    """Python files below the working folder, unless that is the root or holds an installation."""
    if os.getcwd() == "/":
        return
    left_out = {"__pycache__", "site-packages", "dist-packages", "node_modules", "tests"}
    for folder, folders, files in os.walk("."):
        folders[:] = sorted(name for name in folders if name not in left_out and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(folder, name)


def _read(path: str) -> str | None:
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    json.dump(snapshot(), sys.stdout)
