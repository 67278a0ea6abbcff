"""One environment as JSON: every fact that could make the same code answer differently.

This file stands alone: the standard library, CPython 3.8 or newer, no import of ours. So it
can be piped to the Python of any image (`docker run -i … python3 - < snapshot.py`), as any
user, read-only and without network. A fact is `{"value": …, "how": …}`; one that cannot be
read has the value null and says why under `unknown`.
"""

from __future__ import annotations

import sys

if __name__ == "__main__" and "" in sys.path:
    sys.path.remove("")  # the working folder may hold a module of the name of one below, or of one that these import

import ast
import codecs
import concurrent.futures
import datetime
import functools
import glob
import hashlib
import importlib.metadata
import importlib.util
import json
import locale
import os
import platform
import re
import sysconfig
import time
from typing import Any, Callable, Iterator, Mapping

FORMAT = 1

VARIABLES = re.compile(
    r"PYTHON.*|LANG|LANGUAGE|LC_.*|TZ|TZDIR|LD_PRELOAD|LD_LIBRARY_PATH|GLIBC_TUNABLES"
    r"|(OMP|GOMP|KMP|OPENBLAS|GOTO|BLIS|MKL|VECLIB|NUMEXPR|NUMBA|NPY|ONEDNN|DNNL|SCIPY|SKLEARN|PANDAS|ARROW|POLARS)_.*"
    r"|(CUDA|CUBLAS|CUDNN|NVIDIA|TF|XLA|TORCH|PYTORCH|JAX)_.*"
    r"|.*(THRESHOLD|CUTOFF).*|.*(FEATURE|MODEL)S?(_.*)?|PARITY_.*"
)
"""Names of variables that may change numbers or texts, and so are recorded; so are those that the code names."""

TOLD_ELSEWHERE = {"PARITY_IMAGE", "PARITY_REVISION", "PARITY_BASE", "PARITY_LOCK_SHA256"}
SECRET = re.compile(
    r"SECRET|TOKENS?(_|$)|PASSW|PASSPHRASE|(^|_)(PASS|PWD|PIN|DSN|SALT)(_|$)|CREDENTIAL|KEY(_|$|ID)"
    r"|PRIVATE|AUTH|COOKIE|SIGNATURE",
    re.IGNORECASE,
)
SECRET_VALUE = re.compile(r"://[^/\s]*@|[?&][^=\s]+=|-----BEGIN|^(eyJ|sk-|gh[pousr]_|xox[abp]-|AKIA|Bearer )")
NOT_RECORDED = "set, not recorded: it looks like a secret"

DATA = re.compile(
    r".*\.(toml|ya?ml|json|ini|cfg|conf|properties|csv|tsv|sql|parquet|feather|arrow|txt|model|bin|pkl|pickle|joblib|skops"
    r"|onnx|pmml|pt|pth|safetensors|npy|npz|h5|hdf5|keras|cbm|ubj|so)"
)
"""Files next to the code that it may read: settings, tables, queries, models."""

MANY = 1000
LARGE = 4 << 20  # bytes; of larger files, size, beginning and end are hashed: the snapshot is to take under a second

# Where time zone rules changed in the last years, and some where they did not.
ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Europe/Istanbul",
    "Asia/Pyongyang",
    "America/Sao_Paulo",
    "Europe/Volgograd",
    "Africa/Juba",
    "Pacific/Apia",
    "Pacific/Fiji",
    "America/Mexico_City",
    "Asia/Amman",
    "Asia/Gaza",
    "Asia/Beirut",
    "Africa/Cairo",
    "America/Godthab",
    "Asia/Almaty",
    "America/Asuncion",
    "America/Vancouver",
]

FACTS: list[tuple[str, str, Callable[[], Any]]] = []


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
    return _recorded(os.environ)


@fact("dotenv", ".env in the working folder: what python-dotenv would set, by the same rules")
def _dotenv() -> dict[str, str]:
    lines = (_read(".env") or "").splitlines()
    pairs = [re.match(r"\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$", line) for line in lines]
    return _recorded({pair.group(1): pair.group(2).strip("\"'") for pair in pairs if pair})


@fact("named", "the recorded variables whose names stand in quotes in the code below the working folder")
def _named() -> list[str]:
    return sorted(_constants() & {*_variables(), *_dotenv()})


def _recorded(variables: Mapping[str, str]) -> dict[str, str]:
    return {
        name: NOT_RECORDED if SECRET.search(name) or SECRET_VALUE.search(value) else value
        for name, value in sorted(variables.items())
        if (VARIABLES.fullmatch(name) or name in _constants()) and name not in TOLD_ELSEWHERE
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
    first: dict[str, Any] = {}  # of duplicates, the one that is imported
    for name, distribution in _distributions():
        first.setdefault(name, distribution)
    # Reading thousands of files is what takes time. The threads end here: a server forks later.
    with concurrent.futures.ThreadPoolExecutor(4) as readers:
        return dict(sorted(zip(first, readers.map(_package, first.values()))))


@functools.lru_cache(maxsize=None)
def _distributions() -> list[tuple[str, Any]]:
    named = [(_headers(distribution, "Name"), distribution) for distribution in importlib.metadata.distributions()]
    return [(_normal(names[0]), distribution) for names, distribution in named if names]


@functools.lru_cache(maxsize=None)
def _headers(distribution: Any, header: str) -> list[str]:
    """All values of a header of the metadata, read without parsing the rest, which takes long."""
    text = next(filter(None, map(distribution.read_text, ("METADATA", "PKG-INFO", ""))), "")
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    return [value.strip() for value in re.findall(rf"^{header}:(.*)$", head, re.MULTILINE)]


def _version(distribution: Any) -> str:
    return next(iter(_headers(distribution, "Version")), "unknown")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@functools.lru_cache(maxsize=None)
def _files(distribution: Any) -> list[str]:
    """What the distribution installed to be used, relative to its folder: no tests, headers or documentation."""
    record = distribution.read_text("RECORD")
    if record:
        names = [line.rpartition(",")[0].rpartition(",")[0].strip('"') for line in record.splitlines()]
    else:  # as Debian installs
        names = [str(file) for file in distribution.files or []] or _below(distribution)
    return sorted(name for name in names if name and not UNUSED.search(name))


UNUSED = re.compile(
    r"^(\.\.|bin/|Scripts/)|(^|/)(tests|__pycache__)/|\.(dist|egg)-info(/|$)|\.(a|c|cc|cpp|h|hpp|map|pxd|pxi|pyx|pyi|pyc|tp|md|rst|typed)$"
)


def _below(distribution: Any) -> list[str]:
    """Files of the modules that the distribution says are its own."""
    folder = str(distribution.locate_file(""))
    tops = (distribution.read_text("top_level.txt") or _headers(distribution, "Name")[0].replace("-", "_")).split()
    found = [top + ".py" for top in tops if os.path.isfile(os.path.join(folder, top + ".py"))]
    for top in tops:
        for where, _, files in os.walk(os.path.join(folder, top)):
            found += [os.path.relpath(os.path.join(where, name), folder) for name in files]
    return found


def _package(distribution: Any) -> dict[str, Any]:
    folder = str(distribution.locate_file(""))
    names = _files(distribution)
    contents = [_content(folder + "/" + name) for name in names]
    digest = hashlib.sha256()
    for name, content in zip(names, contents):
        digest.update(name.encode() + b"\0" + content)
    url = distribution.read_text("direct_url.json")
    return {
        "version": _version(distribution),
        "sha256": digest.hexdigest(),
        "missing_files": contents.count(b""),
        "source": json.loads(url).get("url") if url else (distribution.read_text("INSTALLER") or "unknown").strip(),
        "location": folder,
        "modules": _modules(names),
        "requires": sorted(set(_requirements(_headers(distribution, "Requires-Dist")))),
    }


def _modules(names: list[str]) -> list[str]:
    return sorted({name.split("/")[0].split(".")[0] for name in names if re.search(r"\.(py|so)$", name)})


def _content(path: str) -> bytes:
    """SHA-256 of a file; empty if it is not there."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb", buffering=0) as file:
            for part in iter(lambda: file.read(1 << 18), b""):  # new memory for whole files takes as long as hashing
                digest.update(part)
    except OSError:
        return b""
    return digest.digest()


# Extras of developers, and those that only read, write or draw.
EXTRAS = re.compile(
    r"(dev|tests?$|testing|docs?$|lint|build|typ(es|ing)|bench|examples?$|all$|maint|aws|gcp|fss|azure|s3|excel|html|xml"
    r"|sql|postgres|mysql|plot|viz|hdf|spss|clip|output|cli$|notebook|jupyter|rich$|colou?r|progress)",
    re.IGNORECASE,
)


def _requirements(lines: list[str]) -> Iterator[str]:
    """Names of requirements; those of an extra get a question mark, and of some extras are left out."""
    for line in lines:
        extras = re.findall(r"extra\s*==\s*['\"]([^'\"]+)['\"]", line)
        match = re.match(r"[A-Za-z0-9._-]+", line)
        if match and not (extras and all(map(EXTRAS.match, extras))):
            yield _normal(match.group()) + ("?" if extras else "")


@fact("duplicates", "importlib.metadata: a distribution that sys.path holds more than once")
def _duplicates() -> dict[str, list[str]]:
    seen: dict[str, list[str]] = {}
    for name, distribution in _distributions():
        place = f"{_version(distribution)} in {distribution.locate_file('')}"
        places = seen.setdefault(name, [])
        if place not in places:
            places.append(place)
    return {name: places for name, places in sorted(seen.items()) if len(places) > 1}


@fact("shadowed", "folders of sys.path: an installed or standard module that another of the same name hides")
def _shadowed() -> dict[str, str]:
    here = os.path.realpath(os.getcwd())
    path = [here] + [os.path.realpath(folder) for folder in sys.path if folder and os.path.isdir(folder)]
    homes = [(os.path.dirname(os.path.realpath(os.__file__)), getattr(sys, "stdlib_module_names", ()))]
    for _, distribution in _distributions():
        homes.append((os.path.realpath(str(distribution.locate_file(""))), _modules(_files(distribution))))
    hidden = {}
    for home, modules in homes:
        for folder in path[: path.index(home)] if home in path else path:
            for module in set(modules) & (_importable(folder) if folder != home else set()):
                hidden[module] = "by one in " + ("the working folder" if folder == here else folder)
    return dict(sorted(hidden.items()))


@functools.lru_cache(maxsize=None)
def _importable(folder: str) -> set[str]:
    """Modules of Python code in a folder."""
    found = set()
    for entry in os.listdir(folder):
        if entry.endswith(".py") or os.path.isfile(os.path.join(folder, entry, "__init__.py")):
            found.add(entry.partition(".")[0])
    return found


@fact("startup", "folders of sys.path: SHA-256 of sitecustomize, usercustomize and .pth files that run code")
def _startup() -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in filter(os.path.isdir, sys.path):
        for name in sorted(os.listdir(folder)):
            if name in ("sitecustomize.py", "usercustomize.py") or name.endswith(".pth"):
                text = _read(os.path.join(folder, name)) or ""
                runs = not name.endswith(".pth") or re.search(r"^import[ \t]", text, re.MULTILINE)
                if runs and not re.match(r"distutils-precedence|_virtualenv|__editable__", name):
                    found.setdefault(name, _sha256(text.encode()))
    return dict(sorted(found.items()))


@fact("loose", "folders of installed packages: SHA-256 of modules there that no distribution installed")
def _loose() -> dict[str, str]:
    owned = {module for _, distribution in _distributions() for module in _modules(_files(distribution))}
    found: dict[str, str] = {}
    for folder in [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]:
        for entry in sorted(os.listdir(folder) if os.path.isdir(folder) else ()):
            module, dot, kind = entry.partition(".")
            if module in owned | {"sitecustomize", "usercustomize", "__pycache__", "_distutils_hack"}:
                continue
            if not dot or kind.endswith(("py", "so")):
                names = _python_files(os.path.join(folder, entry))
                if names:
                    found.setdefault(module, _sha256(b"".join(map(_content, names))))
    return found


def _python_files(path: str) -> list[str]:
    if os.path.isfile(path):
        return [path] if path.endswith((".py", ".so")) else []
    walked = [os.path.join(where, name) for where, _, names in os.walk(path) for name in names]
    return sorted(name for name in walked if name.endswith((".py", ".so")))


@fact("system", "os-release and platform")
def _system() -> dict[str, Any]:
    release = {}
    with open("/etc/os-release", encoding="utf-8") as file:
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


@fact("libraries", "/proc/self/maps after loading numpy and scipy's BLAS, if there: SHA-256 of each system library")
def _libraries() -> dict[str, str]:
    for module in ("bz2", "lzma", "sqlite3", "zlib"):
        try:
            __import__(module)
        except ImportError:
            continue
    _load_blas()
    found = {}
    with open("/proc/self/maps") as file:
        paths = {line.split(None, 5)[5].strip() for line in file if ".so" in line and "/" in line}
    for path in sorted(paths):
        if "site-packages" not in path and "dist-packages" not in path and "lib-dynload" not in path:
            name = re.sub(r"(-[0-9]+\.[0-9.]+)?\.so[.0-9]*$", ".so", os.path.basename(path))
            found[name] = _content(path).hex()
    return found


def _load_blas() -> None:
    """Load numpy's and scipy's; of scipy not the package, but what needs it: that takes no fifth of a second."""
    try:
        import numpy  # noqa: F401
    except ImportError:
        pass
    scipy = importlib.util.find_spec("scipy")
    for folder in (scipy and scipy.submodule_search_locations) or ():
        for path in glob.glob(os.path.join(glob.escape(folder), "linalg", "*.so")):
            try:
                import ctypes

                ctypes.CDLL(path)
            except (ImportError, OSError):  # some Pythons are built without ctypes
                continue


@fact("locale", "locale.setlocale, locale.strxfrm, locale.localeconv, time.strftime")
def _locale() -> dict[str, Any]:
    before = locale.setlocale(locale.LC_ALL)
    try:
        effective = locale.setlocale(locale.LC_ALL, "")
        numbers = locale.localeconv()
        return {
            "effective": effective,
            "collation": "".join(sorted("aAbBzZäÄéñ_-1", key=locale.strxfrm)),
            "decimal_point": numbers["decimal_point"],
            "thousands": numbers["thousands_sep"],
            "dates": time.strftime("%x %X %A %B %p", time.gmtime(1357041600)),
        }
    finally:
        locale.setlocale(locale.LC_ALL, before)


@fact("encoding", "sys and locale")
def _encoding() -> dict[str, Any]:
    return {
        "default": codecs.lookup(sys.getdefaultencoding()).name,
        "filesystem": codecs.lookup(sys.getfilesystemencoding()).name,
        "open": codecs.lookup(locale.getpreferredencoding(False)).name,
    }


@fact("time_zone", "time.localtime in January and July 2013; SHA-256 of the local offsets of each month, 2000 to 2030")
def _time_zone() -> dict[str, Any]:
    winter, summer = time.localtime(1357041600), time.localtime(1372680000)
    return {
        "winter": f"{winter.tm_zone} {winter.tm_gmtoff:+d}",
        "summer": f"{summer.tm_zone} {summer.tm_gmtoff:+d}",
        "offsets_sha256": _sha256(repr([time.localtime(moment).tm_gmtoff for moment in _months()]).encode()),
    }


@fact("tz_data", "zoneinfo: SHA-256 of rules it would use; version of the system's and of the tzdata package")
def _tz_data() -> dict[str, Any]:
    import zoneinfo

    digest = hashlib.sha256()
    for zone in ZONES:
        try:
            rules = zoneinfo.ZoneInfo(zone)
        except zoneinfo.ZoneInfoNotFoundError:
            digest.update(b"missing")
            continue
        offsets = [datetime.datetime.fromtimestamp(moment, rules).utcoffset() for moment in _months()]
        digest.update(repr(offsets).encode())
    system = None
    for folder in zoneinfo.TZPATH:
        system = system or (_read(os.path.join(folder, "tzdata.zi")) or "").partition("\n")[0].strip("# ") or None
    package = [_version(distribution) for name, distribution in _distributions() if name == "tzdata"]
    return {
        "rules_sha256": digest.hexdigest(),
        "path": list(zoneinfo.TZPATH),
        "system": system,
        "package": package[0] if package else None,
    }


def _months() -> range:
    return range(946684800, 946684800 + 30 * 31557600, 2629800)


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
    if not _installed("numpy"):
        return {}
    try:
        from numpy._core import _multiarray_umath as umath  # type: ignore[attr-defined,import-not-found,unused-ignore]
    except ImportError:
        from numpy.core import _multiarray_umath as umath
    return {"features": sorted(name for name, on in umath.__cpu_features__.items() if on)}


@fact("blas", "threadpoolctl if it is installed, else the loaded OpenBLAS itself")
def _blas() -> list[dict[str, Any]]:
    if not _installed("numpy"):
        return []
    _load_blas()
    try:
        import threadpoolctl
    except ImportError:
        return _openblas()
    keys = ("user_api", "internal_api", "version", "architecture", "num_threads")
    pools = [{key: pool.get(key) for key in keys} for pool in threadpoolctl.threadpool_info()]
    return sorted(pools, key=json.dumps)


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _openblas() -> list[dict[str, Any]]:
    """Ask each loaded OpenBLAS what threadpoolctl would ask."""
    import ctypes

    pools = []
    with open("/proc/self/maps") as file:
        paths = sorted({line.split(None, 5)[5].strip() for line in file if "openblas" in line})
    for path in paths:
        library = ctypes.CDLL(path)
        for prefix, suffix in (("scipy_", "64_"), ("scipy_", ""), ("", "64_"), ("", "")):
            config, core, threads = (
                getattr(library, prefix + "openblas_get_" + name + suffix, None)
                for name in ("config", "corename", "num_threads")
            )
            if config and core and threads:
                config.restype = core.restype = ctypes.c_char_p
                pools.append(
                    {
                        "user_api": "blas",
                        "internal_api": "openblas",
                        "version": config().decode().split()[1],
                        "architecture": core().decode(),
                        "num_threads": threads(),
                    }
                )
                break
    return sorted(pools, key=json.dumps)


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


@fact("code", "SHA-256 of the Python files below the working folder, PYTHONPATH and editable installs, by first folder")
def _code() -> dict[str, str]:
    digests: dict[str, Any] = {}
    for root, path in _sources():
        digest = digests.setdefault(path.split("/")[0], hashlib.sha256())
        digest.update(path.encode() + b"\0" + _content(os.path.join(root, path)))
    for path in filter(os.path.isfile, sys.path):  # zipped
        digests.setdefault(os.path.basename(path), hashlib.sha256()).update(_content(path))
    return {name: digest.hexdigest() for name, digest in sorted(digests.items())}


@fact("files", "SHA-256 of other files there that code may read: settings, tables, models")
def _data() -> dict[str, str]:
    wanted = [(path, os.path.join(root, path)) for root, path in _walk() if DATA.fullmatch(path)]
    wanted = sorted((path, full) for path, full in wanted if os.path.isfile(full) and os.access(full, os.R_OK))
    found = {path: _sketch(full) for path, full in wanted[:MANY]}
    if wanted[MANY:]:
        sizes = [(path, os.path.getsize(full)) for path, full in wanted[MANY:]]
        found[f"and {len(sizes)} more, by size"] = _sha256(repr(sizes).encode())
    return found


def _sketch(path: str) -> str:
    """SHA-256 of a file; of a large one, of its size, beginning and end."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= LARGE:
            return _sha256(file.read())
        digest = hashlib.sha256(str(size).encode() + file.read(LARGE // 2))
        file.seek(-LARGE // 2, os.SEEK_END)
        digest.update(file.read())
        return digest.hexdigest()


@fact("imports", "ast: modules that those Python files import")
def _imports() -> list[str]:
    found: set[str] = set()
    for content in _texts():
        try:
            tree = ast.parse(content)
        except (SyntaxError, ValueError):
            continue
        for node in _statements(tree):
            if isinstance(node, ast.Import):
                found.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return sorted(found)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """All that are below a node; without what is inside expressions, which is most of a tree."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for statement in getattr(node, block, ()):
            yield statement
            yield from _statements(statement)


@functools.lru_cache(maxsize=None)
def _constants() -> frozenset[str]:
    """Texts in the code that could be names of variables."""
    quoted = re.compile(rb"""(["'])([A-Z][A-Z0-9_]{2,})\1""")
    return frozenset(match[2].decode() for content in _texts() for match in quoted.finditer(content))


@functools.lru_cache(maxsize=None)
def _texts() -> list[bytes]:
    found = []
    for root, path in _sources():
        try:
            with open(os.path.join(root, path), "rb") as file:
                found.append(file.read())
        except OSError:
            continue
    return found


def _sources() -> list[tuple[str, str]]:
    return [(root, path) for root, path in _walk() if path.endswith(".py")]


@functools.lru_cache(maxsize=None)
def _walk() -> list[tuple[str, str]]:
    """Files of the project: a folder, and the path below it; nothing of an installation, of tests or hidden."""
    left_out = re.compile(r"\..*|__pycache__|(site|dist)-packages|node_modules|tests|python\d.*")
    found = []
    for root in _roots():
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if not left_out.fullmatch(name))
            found += [(root, os.path.relpath(os.path.join(folder, name), root)) for name in sorted(files)]
    return found


def _roots() -> list[str]:
    """The working folder unless it is the root, PYTHONPATH, and what is installed from a folder as it is."""
    roots = [os.getcwd(), *filter(os.path.isdir, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    for _, distribution in _distributions():
        url = json.loads(distribution.read_text("direct_url.json") or "{}")
        if url.get("dir_info", {}).get("editable"):
            roots.append(url["url"].replace("file://", "", 1))
    kept: list[str] = []
    for root in sorted({os.path.realpath(root) for root in roots} - {"/"}, key=len):
        if not any((root + "/").startswith(above + "/") for above in kept):
            kept.append(root)
    return kept


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _served() -> dict[str, Any] | None:
    folder = os.path.join(os.environ.get("PARITY_ARTIFACTS", "/artifacts"), "models", "current")
    try:
        names = sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return None
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        version = json.load(file)["version"]
    return {"version": version, "files": {name: _content(os.path.join(folder, name)).hex() for name in names}}


if __name__ == "__main__":
    # Not of a process that trains or serves: what lies there at training is another model than the one that is made.
    fact("served", "PARITY_ARTIFACTS/models/current: version, and SHA-256 of each file")(_served)
    json.dump(snapshot(), sys.stdout)
