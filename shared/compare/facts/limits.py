"""What the process may use, and who it is."""

from __future__ import annotations

import os
import platform
from typing import Any

from . import reading
from .context import Context, Fact

CGROUP = "/sys/fs/cgroup"


def threads(context: Context) -> dict[str, Any]:
    """CPUs, the quota of them, and how many threads OpenMP is asked for."""
    return {
        "cpus": os.cpu_count(),
        "usable": len(os.sched_getaffinity(0)),
        "cgroup_cpu": quota(),
        "OMP_NUM_THREADS": context.variables.get("OMP_NUM_THREADS"),
    }


def quota() -> str | None:
    """Microseconds of CPU in each period, or max, as cgroup v2 has it."""
    return reading.text(f"{CGROUP}/cpu.max") or _quota(f"{CGROUP}/cpu") or _quota(f"{CGROUP}/cpu,cpuacct")


def _quota(folder: str) -> str | None:
    """The quota of cgroup v1 in the words of v2: microseconds of CPU in each period, or max."""
    quota, period = (reading.text(f"{folder}/cpu.cfs_{part}_us") for part in ("quota", "period"))
    return f"{'max' if quota.startswith('-') else quota} {period}" if quota and period else None


def memory(context: Context) -> str | None:
    """The limit, in bytes."""
    return reading.text(f"{CGROUP}/memory.max") or reading.text(f"{CGROUP}/memory/memory.limit_in_bytes")


def user(context: Context) -> dict[str, Any]:
    """User, folder and host."""
    return {"uid": os.getuid(), "folder": context.folder, "host": platform.node()}


FACTS = (
    Fact("threads", "os.cpu_count, os.sched_getaffinity, cgroup", threads),
    Fact("memory", "cgroup", memory),
    Fact("user", "os.getuid, os.getcwd, platform.node", user),
)
