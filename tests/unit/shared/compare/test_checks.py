from collections.abc import Iterator
from typing import Any

import pytest

from shared.compare import checks
from shared.compare.report import Finding, Report, Severity, Snapshot, proven_harmless, ranked
from tests.unit.shared.compare.sides import BREAKS, GONE, NOTE, RISK, Facts, changed, found

OTHER = "f" * 64


def package(version: str = "1.0", **parts: Any) -> dict[str, Any]:
    """A package as a snapshot has it, which nothing imports."""
    return {
        "version": version,
        "sha256": "a" * 64,
        "missing_files": 0,
        "source": "pip",
        "location": "/site-packages",
        "modules": ["never_imported"],
        "requires": [],
        **parts,
    }


def without(name: str) -> Any:
    """A change that takes a package away."""
    return lambda packages: {other: package for other, package in packages.items() if other != name}


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


@pytest.fixture(scope="module")
def base(taken: Facts) -> Facts:
    """The snapshot with one more of each kind, so that each fact has something to change."""
    return changed(
        taken,
        ("image", "sha256:one"),
        ("contract", "c" * 64),
        ("served", {"version": "20260101T000000-aaaaaaaa", "files": {"model.skops": "a" * 64}}),
        ("packages/unused", package()),
        ("packages/pip", package("24.0", modules=["pip"])),
    )


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


def test_other_build_of_musl_is_a_risk(base: Facts) -> None:
    """In Alpine the loader is the C and the maths library."""
    sides = [changed(base, ("libraries/ld-musl-x86_64.so", digest)) for digest in ("a" * 64, "b" * 64)]
    assert [each.severity for each in found(*sides)] == [RISK]


def test_half_installed_package(base: Facts) -> None:
    """The finding counts the files that are not there."""
    change = {"sha256": OTHER, "missing_files": 3}
    (finding,) = found(base, changed(base, ("packages/numpy", lambda numpy: {**numpy, **change})))
    assert finding.severity is RISK
    assert finding.b.endswith("3 files missing")
    assert "half-installed" in finding.why


def test_side_without_numpy_is_one_finding(base: Facts) -> None:
    """That numpy is missing is told by packages alone: there are no kernels to compare."""
    theirs = changed(base, ("packages", without("numpy")), ("numpy", {}), ("blas", []))
    assert [(each.check, each.subject) for each in found(base, theirs)] == [("packages", "numpy")]


def test_replay_tells_which_packages_matter(base: Facts) -> None:
    """What it loaded, and what the code imports, as the server; no extra that it did not load."""
    loaded = ("loaded", ["numpy", "scikit-learn"])
    optional = ("packages/optional", package(modules=["optional"]))
    base = changed(base, optional, ("packages/pandas/requires", lambda names: [*names, "optional?"]))
    ours = changed(base, loaded)
    for name, severity in (("optional", NOTE), ("flask", RISK), ("numpy", RISK)):
        (finding,) = found(ours, changed(base, loaded, (f"packages/{name}/version", "0.1")))
        assert finding.severity is severity, name


def test_the_server_of_the_command_is_on_the_path(base: Facts) -> None:
    """A replay that calls the code does not go through it; what the server requires counts as well."""
    known = ("loaded", ["numpy", "scikit-learn"]), ("servers", ["flask"])
    ours = changed(base, *known)
    for name, severity in (("flask", RISK), ("werkzeug", RISK), ("unused", NOTE)):
        (finding,) = found(ours, changed(base, *known, (f"packages/{name}/version", "0.1")))
        assert finding.severity is severity, name


def test_another_minor_version_is_one_finding(base: Facts) -> None:
    """With the packages that were built for it; one that has another version is found by itself."""
    files = {
        "version": "3.12.9",
        "abi": "cpython-312-x86_64-linux-gnu",
        "build": "x",
        "executable": "/usr/bin/python3.12",
    }
    theirs = changed(
        base,
        *((f"python/{key}", value) for key, value in files.items()),
        *((f"packages/{name}/sha256", OTHER) for name in ("numpy", "pandas", "scipy")),
        ("packages/flask/version", "0.1"),
    )
    findings = found(base, theirs)
    assert sorted(finding.subject for finding in findings) == ["flask", "version"]
    (python,) = (finding for finding in findings if finding.check == "python")
    assert python.severity is RISK
    assert python.details["rebuilt"] == ["numpy", "pandas", "scipy"]


def test_code_that_the_command_does_not_reach_is_a_note(base: Facts) -> None:
    """A training script beside the service; where it is not known what is reached, it is a risk."""
    files = {"serve.py": "a" * 64, "train.py": "b" * 64}
    ours = changed(base, ("sources", files), ("code", files), ("reached", ["serve.py"]))
    for name, reached, severity in (
        ("train.py", ["serve.py"], NOTE),
        ("serve.py", ["serve.py"], RISK),
        ("train.py", None, RISK),
        ("train.py", ["serve.py", "train.py"], RISK),
    ):
        other = {**files, name: OTHER}
        theirs = changed(ours, ("sources", other), ("code", other), ("reached", reached))
        (finding,) = found(ours, theirs)
        assert finding.severity is severity, (name, reached)
        assert finding.details == {"files": [name]}


def test_a_locale_that_no_code_sets_is_a_note(base: Facts) -> None:
    """Until a program calls setlocale, Python sorts and formats as in C."""
    ours = changed(base, ("asks", []))
    theirs = changed(ours, ("locale/collation", "aAbB"), ("locale/thousands", ","), ("locale/effective", "en_US.UTF-8"))
    assert {finding.severity for finding in found(ours, theirs)} == {NOTE}
    assert RISK in {finding.severity for finding in found(changed(theirs, ("asks", ["locale"])), ours)}


@pytest.mark.parametrize(
    ("ours", "theirs", "severity"),
    [
        ("sqlite:///rates.db", "postgresql://db/rates", RISK),
        ("https://db", "sqlite:///rates.db", RISK),
        ("postgres://one/rates", "postgresql+psycopg://two/rates", NOTE),
        ("http://one", "https://two", NOTE),
    ],
)
def test_another_scheme_is_another_engine(base: Facts, ours: str, theirs: str, severity: Severity) -> None:
    """Another place of the same engine is a note."""
    sides = [changed(base, ("variables/DATABASE_URL", value)) for value in (ours, theirs)]
    assert [finding.severity for finding in found(*sides)] == [severity]


@pytest.mark.parametrize(
    ("ours", "theirs", "severity"),
    [
        ("python3 serve.py --threshold 0.5", "python3 serve.py --threshold 0.6", RISK),
        ("/a/python /a/gunicorn app:app -w 2", "/b/python3 /b/gunicorn app:app -w 8 --bind 0.0.0.0:80", NOTE),
        ("python3 gunicorn app:app", "python3 gunicorn other:app", RISK),
        ("python3 -m dev.train", "python3 gunicorn app:app", NOTE),
    ],
)
def test_arguments_of_the_command(base: Facts, ours: str, theirs: str, severity: Severity) -> None:
    """What says how many, where and how loud is a note, and so is another program."""
    sides = [changed(base, ("command", value.split())) for value in (ours, theirs)]
    assert [(finding.check, finding.severity) for finding in found(*sides)] == [("settings", severity)]


def test_paths_of_the_program_are_no_difference(base: Facts) -> None:
    """One program in two environments."""
    sides = [changed(base, ("command", [f"{folder}/python3", f"{folder}/gunicorn", "app:app"])) for folder in "ab"]
    assert found(*sides) == []


def test_what_is_not_known_of_the_service_is_undecided(base: Facts) -> None:
    """Which Python serves, and which variables it has."""
    serving = {"unseen": ["several Pythons run"], "hidden": ["what /entrypoint.sh sets"]}
    findings, undecided = checks.run(Snapshot("A", base), Snapshot("B", changed(base, ("serving", serving))))
    assert findings == []
    assert [each.check for each in undecided] == ["serving", "serving"]
    assert "--python" in undecided[0].remedy
    assert "container:" in undecided[1].remedy


def test_other_environments_are_notes(base: Facts) -> None:
    """What serves is compared in full; of another one, versions."""
    place = "/opt/other/lib/python3.11/site-packages"
    one = {"python": "3.11", "packages": {"numpy": "1.26.4"}, "serving": False}
    ours, theirs = (
        changed(base, ("environments", {place: {**one, "packages": {"numpy": version}}})) for version in "12"
    )
    (finding,) = found(ours, theirs)
    assert (finding.severity, finding.details["packages"]) == (NOTE, ["numpy"])
    assert "does not use it" in finding.why
    (finding,) = found(ours, changed(base, ("environments", {})))
    assert finding.b == "not there"


def test_files_that_were_not_read_whole_are_undecided(base: Facts) -> None:
    """The largest is named, with what to type."""
    rest = {"files": 2, "bytes": 9_000_000_000, "largest": "weights.bin"}
    _, undecided = checks.run(Snapshot("A", base), Snapshot("B", changed(base, ("left_out", rest))))
    (only,) = undecided
    assert "2 files of B, 9.0 GB" in only.reason
    assert "sha256sum weights.bin" in only.remedy


def test_many_files_of_a_folder_are_one_finding(base: Facts) -> None:
    """A table in a thousand parts is one difference."""
    files = {f"parts/{number}.csv": OTHER for number in range(1000)}
    (finding,) = found(base, changed(base, ("files", lambda known: {**known, **files})))
    assert (finding.subject, finding.severity) == ("1000 files in parts", RISK)
    assert (finding.a, finding.b) == ("0 files there", "1000 files there")


def test_extras_of_extras_do_not_count(base: Facts) -> None:
    """What an optional package could use in turn is a note; what it cannot do without counts."""
    numexpr = package(modules=["numexpr"], requires=["needed", "maybe?"])
    ours = changed(base, ("packages/numexpr", numexpr), ("packages/needed", package()), ("packages/maybe", package()))
    for name, severity in (("needed", RISK), ("maybe", NOTE)):
        (finding,) = found(ours, changed(ours, (f"packages/{name}/version", "2")))
        assert finding.severity is severity, name


def test_unknown_imports_make_every_package_count(base: Facts) -> None:
    """Where no code is found (an image without a working folder), no package is called harmless but tools."""
    bare = changed(base, ("imports", []))
    assert [each.severity for each in found(bare, changed(bare, ("packages/unused/version", "2")))] == [RISK]
    assert [each.severity for each in found(bare, changed(bare, ("packages/pip/version", "2")))] == [NOTE]


def test_model_that_fails_is_shown_with_its_error(base: Facts) -> None:
    """The side on which it works says so; the error and its remedy are the finding's."""
    (finding,) = found(base, changed(base, ("failure", FAILURE)))
    assert (finding.a, finding.b) == ("works", FAILURE["what"])
    assert (finding.why, finding.remedy) == (FAILURE["evidence"], FAILURE["remedy"])


def test_answers_of_one_model_do_not_clear_a_stale_one(base: Facts) -> None:
    """The replay asks the model that was named, not the one that is current there."""
    findings = found(base, changed(base, ("served/files", {"model.skops": OTHER})))
    assert [each.severity for each in proven_harmless(findings, 300)] == [RISK]


def test_a_replay_of_another_model_than_the_current_is_told(base: Facts) -> None:
    """As a note: it may be a candidate that is to be judged."""
    image, container = (
        changed(base, ("model", "candidate"), ("served", held)) for held in (None, base["served"]["value"])
    )
    (finding,) = found(image, container)
    assert (finding.subject, finding.a, finding.severity) == ("replayed model", "no model", NOTE)


def test_a_side_without_models_is_not_compared(base: Facts) -> None:
    """An image holds none; a passport does not say."""
    assert found(base, changed(base, ("served", None))) == []
    theirs = changed(base)
    del theirs["served"]
    assert found(base, theirs) == []


def test_a_current_model_that_cannot_be_read_is_a_risk(base: Facts) -> None:
    """It is not taken for a side without models."""
    theirs = changed(base)
    theirs["served"] = {"value": None, "how": "a test", "unknown": "PermissionError: manifest.json"}
    assert [(each.check, each.severity) for each in found(base, theirs)] == [("model", RISK)]


def test_long_values_that_differ_are_shown_differently(base: Facts) -> None:
    """A difference behind what fits on a line is still visible."""
    long = "/a/long/path:" * 20
    sides = [changed(base, ("variables/PYTHONPATH", long + end)) for end in ("one", "other")]
    (finding,) = found(*sides)
    assert finding.a != finding.b
    assert len(finding.a) < 150


def test_unprintable_values_are_escaped(base: Facts) -> None:
    """A value cannot clear a terminal or end a line."""
    (finding,) = found(base, changed(base, ("variables/MODEL_NAME", "\x1b[2J\nPARITY")))
    assert finding.b.isprintable()


def test_only_what_both_have_loaded_of_thread_pools_is_compared(base: Facts) -> None:
    """In a process that has worked, OpenMP is loaded; in one that takes a snapshot, not yet."""
    base = changed(base, ("blas", lambda pools: [pool for pool in pools if pool["user_api"] == "blas"]))
    openmp = {"user_api": "openmp", "internal_api": "openmp", "version": None, "architecture": None, "num_threads": 1}
    assert found(base, changed(base, ("blas", lambda pools: [*pools, openmp]))) == []


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
