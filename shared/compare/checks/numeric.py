"""Will arithmetic be done the same way?

The same image chooses other code on another CPU: numpy and OpenBLAS pick kernels by its
features, ties sort otherwise with AVX-512, sums differ in the last bits. Well-posed models
do not care; ill-conditioned ones and features that break ties do. Numbers of threads and
limits change speed, and are notes; but where more OpenMP threads are asked for than there
are CPUs, they wait for each other in every loop, and a request costs many times as much.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

from shared.compare.checks._compare import both, differences, shown, unreadable
from shared.compare.report import Finding, Severity, Snapshot, Undecided


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Compare CPU, kernels, threads and limits."""
    yield from unreadable("numeric", a, b, "cpu", "numpy", "blas", "threads")
    for key, ours, theirs in differences(a, b, "cpu"):
        severity = Severity.RISK if key == "architecture" else Severity.NOTE
        why = (
            "another instruction set" if severity is Severity.RISK else "numpy's and BLAS's choices are compared below"
        )
        yield _finding(f"CPU {key}", *_only(ours, theirs), severity, why)
    both_numpy = a.value("numpy") and b.value("numpy")
    if both_numpy:  # if one side has no numpy, that is a matter of packages
        for _, ours, theirs in differences(a, b, "numpy"):
            why = "numpy runs other code: ties sort otherwise, last bits differ"
            yield _finding("CPU features in numpy", *_only(ours, theirs), Severity.RISK, why)
    pools = [_pools(side) for side in (a, b)]
    loaded = {*pools[0]} & {*pools[1]}  # what only one has loaded by then says nothing
    if both_numpy and a.value("blas") is not None and b.value("blas") is not None:
        loaded |= {"BLAS"}  # numpy does load it
    for api in sorted(loaded):
        kernels, threads = (
            [sorted({pool[part] for pool in side.get(api, ())}, key=str) for side in pools] for part in (0, 1)
        )
        if kernels[0] != kernels[1]:
            yield _finding(api, *both(shown, *kernels), Severity.RISK, "sums are ordered otherwise; last bits differ")
        if threads[0] != threads[1] and all(threads):
            yield _finding(f"{api} threads", *both(shown, *threads), Severity.NOTE, "it changes speed")
    for key, ours, theirs in differences(a, b, "threads"):
        name = key.replace("_", " ")
        crowded = [_crowded(side) for side in (a, b)]
        if key == "OMP_NUM_THREADS" and any(crowded) and not all(crowded):
            yield _too_many(name, *((one or shown(value)) for one, value in zip(crowded, (ours, theirs), strict=True)))
        else:
            why = "it changes speed, not results"
            yield _finding(name, shown(ours), shown(theirs), Severity.NOTE, why)
    if a.value("memory") != b.value("memory"):
        yield _finding("memory limit", shown(a.value("memory")), shown(b.value("memory")), Severity.NOTE, "a limit")


def _pools(side: Snapshot) -> dict[str, list[tuple[str, Any]]]:
    """Kernel and threads of each thread pool, by what it is for."""
    pools: dict[str, list[tuple[str, Any]]] = {}
    for pool in side.value("blas") or ():
        kernel = " ".join(str(pool[key]) for key in ("internal_api", "version", "architecture") if pool.get(key))
        api = {"blas": "BLAS", "openmp": "OpenMP"}.get(pool.get("user_api"), "other")
        pools.setdefault(api, []).append((kernel, pool.get("num_threads")))
    return pools


def _crowded(side: Snapshot) -> str:
    """How many threads are asked for on how many CPUs, if these are fewer; "" otherwise."""
    limits = side.value("threads") or {}
    asked = re.match(r"\d+", str(limits.get("OMP_NUM_THREADS")))
    quota = re.fullmatch(r"(\d+) (\d+)", str(limits.get("cgroup_cpu")))
    cpus = limits.get("usable") or limits.get("cpus") or math.inf
    if quota:
        cpus = min(cpus, math.ceil(int(quota[1]) / int(quota[2])))
    return f"{asked[0]} on {cpus} CPUs" if asked and int(asked[0]) > cpus else ""


def _too_many(name: str, a: str, b: str) -> Finding:
    why = "more threads than CPUs: they wait for each other in every loop, and a request costs many times the CPU"
    remedy = "set OMP_NUM_THREADS=1 for each worker of a server, and never more than there are CPUs"
    return Finding("numeric", name, a, b, Severity.RISK, why, remedy, replayed=False)


def _only(ours: Any, theirs: Any) -> tuple[str, str]:
    """Of two lists what each has alone; of two values the values."""
    if isinstance(ours, list) and isinstance(theirs, list):
        sides = [f"has {', '.join(sorted({*one} - {*other}))}" for one, other in ((ours, theirs), (theirs, ours))]
        return shown(sides[0] if sides[0] != "has " else "no more"), shown(
            sides[1] if sides[1] != "has " else "no more"
        )
    return shown(ours), shown(theirs)


def _finding(subject: str, a: str, b: str, severity: Severity, why: str) -> Finding:
    remedy = "replay golden requests on both machines: parity gate … --model DIR shows whether it matters"
    return Finding("numeric", subject, a, b, severity, why, remedy)
