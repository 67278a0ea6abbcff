"""What checks make of a difference: how bad it is, and in which words, where the fact alone does not say."""

import pytest

from shared.compare import checks
from shared.compare.report import Severity, Snapshot, proven_harmless
from tests.unit.shared.compare.sides import NOTE, OTHER, RISK, Facts, changed, found, package, without

FAILURE = {"what": "the model does not load", "evidence": "AttributeError: _fill_dtype", "remedy": "make dev"}


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
    """A missing numpy is a finding of packages alone: there are no kernels to compare."""
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
