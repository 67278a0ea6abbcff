"""Each check: what it looks at, and what is undecided where it cannot."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.compare import checks
from shared.compare.report import Finding, Report, Severity, Snapshot, ranked
from tests.unit.shared.compare.sides import BREAKS, GONE, NOTE, OTHER, RISK, Facts, changed, found, package, without


def kernel(**parts: Any) -> Any:
    """A change of each BLAS."""
    return lambda pools: [{**pool, **parts} if pool["user_api"] == "blas" else pool for pool in pools]


FAILURE = {"what": "the model does not load", "evidence": "AttributeError: _fill_dtype", "remedy": "make dev"}
# path in the facts, value there (GONE, or a function of the old one), check, severity
MUTATIONS: list[tuple[str, Any, str, Severity]] = [
    ("image", "sha256:other", "image", NOTE),
    ("python/version", "3.12.4", "python", RISK),
    ("python/version", "3.13.99", "python", NOTE),
    ("python/implementation", "PyPy", "python", RISK),
    ("python/abi", "cpython-313t-x86_64-linux-gnu", "python", RISK),
    ("python/utf8_mode", 1, "python", NOTE),  # what it does is the fact encoding
    ("python/optimize", 2, "python", RISK),
    ("python/hash_randomization", 0, "python", RISK),
    ("python/hash_seed", "7", "python", RISK),
    ("python/gil", False, "python", RISK),
    ("python/build", "main Jan 1 2020", "python", NOTE),
    ("python/compiler", "Clang 18", "python", NOTE),
    ("python/executable", "/usr/local/bin/python3", "python", NOTE),
    ("packages/pandas/version", "2.3.3", "packages", RISK),
    ("packages/scipy/version", "1.0.0", "packages", RISK),
    ("packages/pandas/sha256", OTHER, "packages", RISK),  # edited
    ("packages/unused/version", "1.0.1", "packages", NOTE),
    ("packages/unused/sha256", OTHER, "packages", NOTE),
    ("packages/pip/version", "99.0", "packages", NOTE),
    ("packages", without("numpy"), "packages", RISK),
    ("packages", without("unused"), "packages", NOTE),
    ("packages/numexpr", package(modules=["numexpr"]), "packages", RISK),  # pandas uses it merely because it is there
    ("packages/matplotlib", package(modules=["matplotlib"]), "packages", NOTE),  # pandas draws with it
    ("packages/new", package(), "packages", NOTE),
    ("duplicates/numpy", ["1.0 in /a", "2.0 in /b"], "packages", RISK),
    ("duplicates/unused", ["1.0 in /a", "2.0 in /b"], "packages", NOTE),
    ("shadowed/random", "by /app/random.py", "packages", RISK),
    ("startup/sitecustomize.py", OTHER, "packages", RISK),
    ("startup/patch.pth", OTHER, "packages", RISK),
    ("loose/features", OTHER, "packages", RISK),
    ("libraries/libm.so", OTHER, "libraries", RISK),
    ("libraries/libc.so", OTHER, "libraries", RISK),
    ("libraries/libstdc++.so", OTHER, "libraries", RISK),
    ("libraries/libgomp.so", OTHER, "libraries", NOTE),  # on one side only: what loads it is compared
    ("libraries/libc.so", GONE, "libraries", RISK),
    ("libraries/ld-musl-x86_64.so", OTHER, "libraries", RISK),
    ("libraries/libz.so", OTHER, "libraries", NOTE),
    ("system/id", "alpine", "system", NOTE),
    ("system/version", "12", "system", NOTE),
    ("system/name", "Debian 12", "system", NOTE),
    ("system/libc", "glibc 2.36", "system", NOTE),
    ("system/kernel", "5.4", "system", NOTE),
    ("locale/effective", "en_US.UTF-8", "system", NOTE),
    ("locale/collation", "_-1aAbB", "system", RISK),
    ("locale/decimal_point", ",", "system", RISK),
    ("locale/thousands", ".", "system", RISK),
    ("locale/dates", "01.01.2013 Dienstag", "system", RISK),
    ("encoding/default", "ascii", "system", RISK),
    ("encoding/filesystem", "ascii", "system", RISK),
    ("encoding/open", "cp1252", "system", RISK),
    ("time_zone/offsets_sha256", OTHER, "system", RISK),
    ("time_zone/winter", "GMT +0", "system", NOTE),
    ("time_zone/summer", "GMT +0", "system", NOTE),
    ("tz_data/rules_sha256", OTHER, "system", RISK),
    ("tz_data/path", ["/usr/share/zoneinfo"], "system", NOTE),
    ("tz_data/system", "version 2020a", "system", NOTE),
    ("tz_data/package", "2020.1", "system", NOTE),
    ("cpu/architecture", "aarch64", "numeric", RISK),
    ("cpu/model", "Another CPU", "numeric", NOTE),
    ("cpu/features", ["sse2"], "numeric", NOTE),
    ("numpy/features", ["SSE2"], "numeric", RISK),
    ("blas", kernel(architecture="Katmai"), "numeric", RISK),
    ("blas", kernel(version="0.3.1"), "numeric", RISK),
    ("blas", kernel(internal_api="mkl"), "numeric", RISK),
    ("blas", [], "numeric", RISK),  # numpy with another BLAS, which does not tell its name
    ("blas", kernel(num_threads=64), "numeric", NOTE),
    ("threads/cpus", 64, "numeric", NOTE),
    ("threads/usable", 64, "numeric", NOTE),
    ("threads/cgroup_cpu", "50000 100000", "numeric", NOTE),
    ("threads/OMP_NUM_THREADS", "0001", "numeric", NOTE),
    ("threads/OMP_NUM_THREADS", "99999", "numeric", RISK),
    ("memory", "1073741824", "numeric", NOTE),
    ("variables/DECISION_THRESHOLD", "0.35", "settings", RISK),
    ("variables/PYTHONPATH", "/other", "settings", NOTE),  # what lies there is the fact code
    ("variables/LD_LIBRARY_PATH", "/other", "settings", RISK),
    ("variables/LD_PRELOAD", "libfast.so", "settings", RISK),
    ("variables/MODEL_PATH", "/models/7", "settings", RISK),
    ("variables/ROUND_TO", "2", "settings", RISK),
    ("variables/GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2", "settings", RISK),
    ("variables/EMPTY_MODEL", "", "settings", RISK),
    ("variables/PARITY_LOG_BYTES", "5", "settings", NOTE),
    ("variables/PARITY_ARTIFACTS", "/srv/artifacts", "settings", NOTE),
    ("variables/PARITY_USER", "1000:1000", "settings", NOTE),
    ("variables/PYTHONUNBUFFERED", GONE, "settings", NOTE),
    ("variables/OMP_NUM_THREADS", "2", "settings", NOTE),
    ("variables/TZ", "UTC", "settings", NOTE),  # what it does is the fact time_zone
    ("variables/LC_ALL", "C.UTF-8", "settings", NOTE),
    ("variables/DATABASE_URL", "postgres://other/db", "settings", NOTE),
    ("dotenv/DECISION_THRESHOLD", "0.35", "settings", RISK),
    ("code/shared", OTHER, "code", RISK),
    ("code/prod", OTHER, "code", RISK),
    ("code/shared", GONE, "code", RISK),
    ("code/dev", OTHER, "code", NOTE),
    ("files/shared/model.pkl", OTHER, "files", RISK),
    ("files/units.yaml", OTHER, "files", RISK),
    ("files/pyproject.toml", OTHER, "files", NOTE),
    ("files/requirements.txt", OTHER, "files", NOTE),
    ("files/notebooks/cache.json", OTHER, "files", NOTE),
    ("contract", OTHER, "contract", BREAKS),
    ("failure", FAILURE, "model", BREAKS),
    ("served/version", "20260102T000000-ffffffff", "model", RISK),  # a stale model
    ("served/files", {"model.skops": OTHER}, "model", RISK),
]


def mutated(base: Facts, path: str, value: Any) -> Facts:
    """The base with one change; a file's path is one key."""
    if path.startswith("files/"):
        return changed(base, ("files", lambda files: {**files, path.partition("/")[2]: value}))
    return changed(base, (path, value))


def test_unchanged_is_clean(base: Facts) -> None:
    """The pair from which every mutation starts has no finding."""
    assert found(base, changed(base)) == []


@pytest.mark.parametrize(("path", "value", "check", "severity"), MUTATIONS)
@pytest.mark.parametrize("swapped", [False, True])
def test_mutation_is_found(base: Facts, path: str, value: Any, check: str, severity: Severity, swapped: bool) -> None:
    """One changed fact is one finding, by the right check, as bad as it is, with both sides, why, and a remedy."""
    sides = base, mutated(base, path, value)
    findings = found(*(sides[::-1] if swapped else sides))
    assert [(finding.check, finding.severity) for finding in findings] == [(check, severity)]
    (finding,) = findings
    assert all([finding.subject, finding.a, finding.b, finding.why, finding.remedy])
    assert finding.a != finding.b


def test_every_fact_is_looked_at(base: Facts) -> None:
    """A fact that no check reads would be a promise not kept; those that say nothing about results are named."""
    benign = {"user"}  # host name, user id and folder
    helpers = {
        "imports",
        "named",
        "sources",
        "asks",
        "servers",
        "reached",
        "left_out",
        "entries",
        "mentioned",
    }  # how much the others matter
    assert set(base) - {path.split("/")[0] for path, *_ in MUTATIONS} == benign | helpers


@pytest.mark.parametrize(
    "name", ["python", "packages", "libraries", "locale", "tz_data", "numpy", "blas", "code", "dotenv"]
)
def test_fact_unknown_on_one_side_is_a_risk(base: Facts, name: str) -> None:
    """What is unknown on one side was not compared, and the report says so; unknown on both sides it is undecided."""
    theirs = changed(base)
    theirs[name] = {"value": None, "how": "a test", "unknown": "PermissionError: /proc is closed to 10001"}
    finding = next(each for each in found(base, theirs) if each.subject == f"fact {name}")
    assert finding.severity is RISK
    assert (finding.a, finding.b) == ("known", "unknown (PermissionError: /proc is closed to 10001)")
    ours = changed(theirs)
    ours[name]["unknown"] = "PermissionError: /proc is closed to 0"
    findings, undecided = checks.run(Snapshot("A", ours), Snapshot("B", theirs))
    assert findings == []
    (only,) = undecided
    assert f"fact {name} is unknown on both sides" in only.reason
    assert Report("A", "B", (), tuple(undecided)).exit_code(RISK) == 2


def test_fact_that_one_snapshot_lacks_is_a_risk(base: Facts) -> None:
    """A snapshot by an older version has not recorded all facts."""
    theirs = changed(base)
    del theirs["files"]
    assert [(each.severity, each.b) for each in found(base, theirs)] == [(RISK, "unknown (not recorded)")]


def test_facts_of_a_model_trained_before_are_risks_that_a_replay_clears(taken: Facts) -> None:
    """They are fewer, and none is undecided."""
    older = changed(taken)
    for name in ("sources", "asks", "servers", "reached", "left_out"):
        del older[name]
    assert checks.run(Snapshot("training", older), Snapshot("here", taken)) == ([], [])


def test_empty_facts_are_undecided() -> None:
    """Two files without facts are not parity."""
    findings, undecided = checks.run(Snapshot("A", {}), Snapshot("B", {}))
    assert findings == []
    assert {each.check for each in undecided} >= {"python", "packages", "code", "files", "settings"}


def test_crashed_check_is_undecided(base: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a check found before it crashed is kept, the others still run, and the verdict is never parity."""

    def crashes(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
        yield Finding("code", "x", "1", "2", NOTE, "why", "remedy")
        raise KeyError("digest")

    monkeypatch.setitem(checks.CHECKS, "code", crashes)
    findings, undecided = checks.run(Snapshot("A", base), Snapshot("B", changed(base, ("memory", "1"))))
    assert [finding.check for finding in findings] == ["numeric", "code"]
    assert [each.check for each in undecided] == ["code"]
    assert "KeyError" in undecided[0].reason
    assert undecided[0].remedy
    for fail_on in (BREAKS, RISK):
        assert Report("A", "B", ranked(findings), tuple(undecided)).exit_code(fail_on) == 2


def test_snapshot_of_another_shape_is_undecided(base: Facts) -> None:
    """Facts that are not what a check expects are no parity."""
    theirs = changed(base, ("packages/numpy", {"version": ["not", "text"]}))
    del theirs["packages"]["value"]["numpy"]["version"]
    _, undecided = checks.run(Snapshot("A", base), Snapshot("B", theirs))
    assert "packages" in [each.check for each in undecided]


@pytest.mark.parametrize("module", checks.MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_check_explains_itself(module: Any) -> None:
    """By its docstring, whose first line is the question it answers."""
    name = module.__name__.rpartition(".")[2]
    assert module.__doc__.partition("\n")[0].endswith("?")
    assert checks.explain(name) == f"{name}: {module.__doc__}"
    assert list(checks.CHECKS).count(name) == 1
