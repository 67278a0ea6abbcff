"""What decides how numbers are computed: CPU, BLAS, and the libraries of the system."""

from __future__ import annotations

import contextlib
import glob
import importlib.util
import json
import os
import platform
import re
from typing import Any

from . import reading
from .context import Context, Fact

try:
    import ctypes
except ImportError:  # some Pythons are built without it
    ctypes = None  # type: ignore[assignment]

WANTED = re.compile(r"avx.*|sse.*|ssse3|fma.*|f16c|bmi\d|amx.*|asimd.*|sve.*|fp16.*|bf16.*")
"""Features of a CPU that arithmetic uses."""


def cpu(context: Context) -> dict[str, Any]:
    """Architecture, model and features."""
    with open("/proc/cpuinfo") as file:
        text = file.read()
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.*)$", text, re.MULTILINE)
    model = re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE)
    return {
        "architecture": platform.machine(),
        "model": model.group(1) if model else None,
        "features": sorted(flag for flag in (flags.group(1).split() if flags else []) if WANTED.match(flag)),
    }


def numpy_features(context: Context) -> dict[str, Any]:
    """Features that numpy uses; none where there is no numpy."""
    if not _installed("numpy"):
        return {}
    try:
        from numpy._core import _multiarray_umath as umath  # type: ignore[attr-defined,import-not-found,unused-ignore]
    except ImportError:
        from numpy.core import _multiarray_umath as umath
    return {"features": sorted(name for name, on in umath.__cpu_features__.items() if on)}


def blas(context: Context) -> list[dict[str, Any]]:
    """Thread pools of the loaded numeric libraries, with their kernels."""
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


def _load_blas() -> None:
    """Load numpy's and scipy's; of scipy not the package, but what needs it: that saves a fifth of a second."""
    try:
        import numpy  # noqa: F401
    except ImportError:
        pass
    scipy = importlib.util.find_spec("scipy")
    for folder in (scipy and scipy.submodule_search_locations) or ():
        for path in glob.glob(os.path.join(glob.escape(folder), "linalg", "*.so")):
            try:
                ctypes.CDLL(path)
            except (AttributeError, OSError):
                continue


def _openblas() -> list[dict[str, Any]]:
    """Ask each loaded OpenBLAS what threadpoolctl would ask."""
    pools = []
    for path in [path for path in _loaded() if "openblas" in path and ctypes]:
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


def _loaded() -> list[str]:
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as file:
        return sorted({line.split(None, 5)[5].strip() for line in file if ".so" in line and "/" in line})


def libraries(context: Context) -> dict[str, str]:
    """System libraries that Python, numpy and scipy load."""
    with contextlib.suppress(ImportError):
        import bz2  # noqa: F401
    with contextlib.suppress(ImportError):
        import lzma  # noqa: F401
    with contextlib.suppress(ImportError):
        import sqlite3  # noqa: F401
    with contextlib.suppress(ImportError):
        import zlib  # noqa: F401
    _load_blas()
    found = {}
    for path in _loaded():
        if "site-packages" not in path and "dist-packages" not in path and "lib-dynload" not in path:
            name = re.sub(r"(-[0-9]+\.[0-9.]+)?\.so[.0-9]*$", ".so", os.path.basename(path))
            found[name] = reading.content(path).hex()
    return found


FACTS = (
    Fact(
        "libraries",
        "/proc/self/maps after loading numpy and scipy's BLAS, if there: SHA-256 of each system library",
        libraries,
    ),
    Fact("cpu", "platform, /proc/cpuinfo", cpu),
    Fact("numpy", "numpy's own table of CPU features, as it would use them", numpy_features),
    Fact("blas", "threadpoolctl if it is installed, else the loaded OpenBLAS itself", blas),
)
