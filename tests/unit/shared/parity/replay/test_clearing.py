"""A replay clears what it exercised, and names what its requests lack to clear the rest."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from shared.compare.report import Finding, Severity, Snapshot
from shared.parity.replay.clearing import Exercise, cleared
from shared.parity.replay.watch import Seen, read

RISK, NOTE = Severity.RISK, Severity.NOTE
SEEN = Seen(
    frozenset({"flask", "regex", "sklearn", "numpy", "six", "pandas", "pyarrow"}), {}, frozenset({"/srv/rates.json"})
)
CAIRO = {"Africa/Cairo": "2024-07-01"}
FULL = Exercise(3, (SEEN, SEEN), served=True, beyond_ascii=True, scored=True, unreached=lambda folder: [])


def package(*modules: str, requires: tuple[str, ...] = ()) -> dict[str, Any]:
    """An installed package."""
    return {"version": "1", "modules": list(modules), "requires": list(requires)}


PACKAGES = {
    "flask": package("flask"),
    "gunicorn": package("gunicorn"),
    "regex": package("regex"),
    "scikit-learn": package("sklearn", requires=("numpy",)),
    "team-features": package("six", requires=("scikit-learn",)),
    "six": package("six"),
    "tzdata": package("tzdata"),
    "pyarrow": package("pyarrow"),
}


def judged(check: str, subject: str, exercise: Exercise, packages: Mapping[str, Any] = PACKAGES) -> tuple[Finding, str]:
    """What becomes of a risk, and what is lacking to clear it."""
    sides = [Snapshot(f"image:{name}", {"packages": {"value": dict(packages)}}) for name in "ab"]
    finding = Finding(check, subject, "1", "2", RISK, "it differs", "make it the same")
    (after,), lacking = cleared([finding], sides[0], sides[1], exercise)
    return after, "\n".join(lacking)


CASES = {
    "server": ("packages", "flask", {"served": False}, "--http"),
    "package": ("packages", "six", {"seen": (SEEN, Seen(frozenset({"json"})))}, "six was not loaded"),
    "regular expressions": ("packages", "regex", {"beyond_ascii": False}, "no request has text outside ASCII"),
    "strings of pandas": ("packages", "pyarrow", {"beyond_ascii": False}, "no request has text outside ASCII"),
    "scores": ("packages", "scikit-learn", {"scored": False}, "labels alone"),
    "scores of what requires it": ("packages", "team-features", {"scored": False}, "labels alone"),
    "locale": ("system", "locale: collation", {"beyond_ascii": False}, "no request has text outside ASCII"),
    "encoding": ("system", "encoding: open", {"beyond_ascii": False}, "no request has text outside ASCII"),
    "another Python": ("python", "version", {"beyond_ascii": False}, "no request has text outside ASCII"),
    "kernel": ("numeric", "BLAS", {"scored": False}, "labels alone"),
    "library": ("libraries", "libm.so", {"scored": False}, "labels alone"),
    "rules": (
        "system",
        "rules of time zones",
        {"times": lambda: CAIRO},
        "2024-07-01 (Africa/Cairo)",
    ),
    "rules of a package": ("packages", "tzdata", {"times": lambda: CAIRO}, "2024-07-01"),
    "local time": ("system", "local time", {"times": lambda: {"local time": "2024-07-01"}}, "2024-07-01"),
    "code": ("code", "serve.py", {"unreached": lambda folder: ["explain in serve.py"]}, "no request reaches explain"),
    "code that did not run": ("code", "serve.py", {"unreached": lambda folder: None}, "serve.py did not run"),
    "decision in code": ("code", "serve.py", {"scored": False}, "labels alone"),
    "file": ("files", "rates.json", {"seen": (SEEN, Seen(frozenset({"six"})))}, "read rates.json"),
    "unwatched": ("packages", "six", {"seen": (SEEN, None)}, "could not be watched"),
}


@pytest.mark.parametrize(("check", "subject", "without", "lacks"), CASES.values(), ids=CASES)
def test_only_what_was_exercised_is_cleared(check: str, subject: str, without: dict[str, Any], lacks: str) -> None:
    """With everything it is; without what the finding needs it stays, and the report says what would clear it."""
    after, lacking = judged(check, subject, FULL)
    assert (after.severity, lacking) == (NOTE, "")
    assert "proven harmless: 3 golden answers unchanged" in after.why
    after, lacking = judged(check, subject, replace(FULL, **without))
    assert after.severity is RISK
    assert lacks in after.why
    assert lacks in lacking
    assert f"to clear {check} {subject}" in lacking


@pytest.mark.parametrize(
    ("check", "subject"), [("contract", "contract"), ("mounts", "/data"), ("system", "fact locale"), ("files", "other")]
)
def test_what_a_replay_cannot_show_stays(check: str, subject: str) -> None:
    """Whatever was exercised."""
    after, lacking = judged(check, subject, FULL)
    assert after.severity is RISK
    assert lacking


def test_findings_beyond_the_replay_stay_as_they_are() -> None:
    """What decides after the answer, and what is worse than a risk."""
    side = Snapshot("image:a", {})
    decides = Finding("settings", "THRESHOLD", "1", "2", RISK, "why", "remedy", replayed=False)
    breaks = replace(decides, severity=Severity.BREAKS, replayed=True)
    assert cleared([decides, breaks], side, side, FULL) == ([decides, breaks], ())


def test_a_package_of_one_side_need_be_loaded_there_alone() -> None:
    """The other answered without it."""
    sides = [Snapshot("image:a", {"packages": {"value": held}}) for held in ({"six": package("six")}, {})]
    finding = Finding("packages", "six", "1", "not installed", RISK, "why", "remedy")
    (after,), _ = cleared([finding], sides[0], sides[1], replace(FULL, seen=(SEEN, Seen(frozenset({"json"})))))
    assert after.severity is NOTE


@pytest.mark.parametrize(("read_there", "severity"), [(True, NOTE), (False, RISK)])
def test_a_setting_that_the_code_names_must_be_read(read_there: bool, severity: Severity) -> None:
    """One that no code names is a library's, which reads it when it is loaded."""
    seen = Seen(frozenset({"six"}), variables=frozenset({"ROUNDING"} if read_there else ()))
    sides = [Snapshot("image:a", {"named": {"value": ["ROUNDING"]}}) for _ in range(2)]
    finding = Finding("settings", "ROUNDING", "1", "2", RISK, "why", "remedy")
    (after,), _ = cleared([finding], sides[0], sides[1], replace(FULL, seen=(seen, seen)))
    assert after.severity is severity
    other = replace(finding, subject="SKLEARN_ASSUME_FINITE")
    (after,), _ = cleared([other], sides[0], sides[1], replace(FULL, seen=(seen, seen)))
    assert after.severity is NOTE


def test_what_a_witness_writes_is_read() -> None:
    """Lines of all its files together; of nothing, nothing was seen."""
    text = "module six\ncode 0 /srv/a.py\ncode 12 /srv/a.py\nline 13 /srv/a.py\nopen /srv/b c\nvariable TZ\n"
    seen = read(text + "garbage\ncode x /y\n")
    assert seen is not None
    assert (seen.modules, seen.opened, seen.variables) == ({"six"}, {"/srv/b c"}, {"TZ"})
    assert (seen.code, seen.lines) == ({"/srv/a.py": {0, 12}}, {"/srv/a.py": {13}})
    assert read("code 0 /srv/a.py\n") is None
