"""One environment as JSON values: what could make the same code answer differently."""

import importlib.metadata
import locale
import os
import platform
import sys
import time
from typing import Any

VARIABLES = ("LANG", "LC_ALL", "OMP_NUM_THREADS", "PYTHONHASHSEED", "PYTHONTZPATH", "TZ")


def snapshot() -> dict[str, Any]:
    """Describe the environment that this process runs in."""
    import threadpoolctl

    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "os": platform.freedesktop_os_release().get("PRETTY_NAME", "unknown"),
        "libc": " ".join(platform.libc_ver()),
        "packages": {
            distribution.name: distribution.version
            for distribution in sorted(importlib.metadata.distributions(), key=lambda d: d.name)
        },
        "encoding": {
            "default": sys.getdefaultencoding(),
            "filesystem": sys.getfilesystemencoding(),
            "locale": locale.getencoding(),
        },
        "time_zone": list(time.tzname),
        "variables": {name: os.environ.get(name) for name in VARIABLES},
        "thread_pools": [
            {key: pool.get(key) for key in ("internal_api", "version", "architecture")}
            for pool in threadpoolctl.threadpool_info()
        ],
    }
