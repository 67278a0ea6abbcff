import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compare import checks
from shared.compare.report import RANK, Finding, Report, Severity, Snapshot, Undecided, proven_harmless, ranked
from tests.unit.shared.compare.sides import BREAKS, NOTE, RISK, Facts, changed

ONE = Finding("code", "shared", "1", "2", RISK, "it differs", "build once")
UNDECIDED = Undecided("code", "it crashed", "again")

# Facts with few keys and values, so that sides agree in some and differ in others.
texts = st.sampled_from(["", "1.0", "1.1", "2.0", "a" * 64, "UTC +0", "x" * 200, "y\n\x00"])
keys = st.sampled_from(["one", "two", "numpy", "libm.so", "rules_sha256", "PYTHONHASHSEED", "TZ", "DECISION_THRESHOLD"])
package = st.fixed_dictionaries(
    {
        "version": texts.filter(bool),
        "sha256": st.sampled_from(["a" * 64, "b" * 64]),
        "missing_files": st.integers(0, 2),
        "modules": st.lists(keys, max_size=2),
        "requires": st.lists(keys, max_size=2),
    }
)
pool = st.fixed_dictionaries(
    {
        "user_api": st.sampled_from(["blas", "openmp", None]),
        "internal_api": texts,
        "version": texts | st.none(),
        "architecture": texts | st.none(),
        "num_threads": st.integers(1, 3),
    }
)
digests = st.dictionaries(keys, st.sampled_from(["a" * 64, "b" * 64]), max_size=4)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "image": st.sampled_from(["sha256:a", "sha256:b", None]),
    "python": st.dictionaries(st.sampled_from(["version", "abi", "gil", "build"]), texts | st.booleans() | st.none()),
    "packages": st.dictionaries(keys, package, max_size=4),
    "duplicates": st.dictionaries(keys, st.lists(texts, max_size=2), max_size=2),
    "shadowed": st.dictionaries(keys, texts, max_size=2),
    "startup": digests,
    "loose": digests,
    "libraries": digests,
    "system": st.dictionaries(keys, texts | st.none(), max_size=3),
    "locale": st.dictionaries(st.sampled_from(["effective", "collation"]), texts),
    "encoding": st.dictionaries(keys, texts, max_size=2),
    "time_zone": st.fixed_dictionaries({"winter": texts, "summer": texts}, optional={"offsets_sha256": texts}),
    "tz_data": st.dictionaries(st.sampled_from(["rules_sha256", "path", "package"]), texts),
    "cpu": st.fixed_dictionaries({"architecture": texts, "features": st.lists(keys, unique=True)}),
    "numpy": st.just({}) | st.fixed_dictionaries({"features": st.lists(keys, unique=True).map(sorted)}),
    "blas": st.lists(pool, max_size=3),
    "threads": st.dictionaries(keys, st.integers(1, 3) | st.none(), max_size=3),
    "memory": st.none() | texts,
    "variables": st.dictionaries(keys, texts, max_size=4),
    "dotenv": st.dictionaries(keys, texts, max_size=2),
    "named": st.lists(keys, max_size=2),
    "code": digests,
    "files": digests,
    "imports": st.lists(keys, max_size=3),
    "served": st.none() | st.fixed_dictionaries({"version": texts, "files": digests}),
    "contract": st.none() | st.sampled_from(["a" * 64, "b" * 64]),
}


def fact(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A fact that is known, or is not."""
    unknown = st.sampled_from(["OSError: no", "OSError: not here", "ImportError: broken"])
    return values.map(lambda value: {"value": value, "how": "made"}) | unknown.map(
        lambda reason: {"value": None, "how": "made", "unknown": reason}
    )


environments = st.fixed_dictionaries({}, optional={name: fact(values) for name, values in VALUES.items()})


def run(ours: Facts, theirs: Facts) -> list[Finding]:
    """What all checks find, none of which may crash."""
    findings, undecided = checks.run(Snapshot("A", ours), Snapshot("B", theirs))
    assert all("unknown on both sides" in each.reason for each in undecided), undecided
    return findings


@given(environments)
def test_any_environment_is_itself(facts: Facts) -> None:
    """No finding between a snapshot and a copy."""
    assert run(facts, changed(facts)) == []


@given(environments, environments)
def test_direction_does_not_matter(ours: Facts, theirs: Facts) -> None:
    """The other way round the same subjects are found, as bad, with sides swapped."""
    there = {(each.check, each.subject, each.severity, each.a, each.b) for each in run(ours, theirs)}
    back = {(each.check, each.subject, each.severity, each.b, each.a) for each in run(theirs, ours)}
    assert there == back


@given(environments, environments)
def test_findings_name_both_sides(ours: Facts, theirs: Facts) -> None:
    """Each says what it is on one side and, otherwise, on the other; why; what to do; and each subject comes once."""
    findings = run(ours, theirs)
    for each in findings:
        assert all(text.strip() for text in (each.subject, each.a, each.b, each.why, each.remedy)), each
        assert each.a != each.b, each
        assert each.a.isprintable(), each
    assert len({(each.check, each.subject) for each in findings}) == len(findings)


@given(environments, environments)
def test_checks_change_nothing(ours: Facts, theirs: Facts) -> None:
    """They are pure: asked again they find the same, and snapshots stay as they are."""
    before = changed(ours), changed(theirs)
    assert run(ours, theirs) == run(ours, theirs)
    assert (ours, theirs) == before


severities = st.sampled_from(list(Severity))
some = st.builds(
    lambda severity, effect: replace(ONE, severity=severity, effect=effect), severities, st.none() | st.floats(0, 1)
)


@given(st.lists(some))
def test_ranking(findings: list[Finding]) -> None:
    """Worse comes first, then the larger effect; none is lost."""
    result = ranked(findings)
    assert sorted(result, key=repr) == sorted(findings, key=repr)
    for one, other in itertools.pairwise(result):
        assert (RANK[one.severity], -(one.effect or 0)) <= (RANK[other.severity], -(other.effect or 0))


def test_severities_are_in_order() -> None:
    """`breaks` is worst."""
    assert sorted(RANK, key=lambda severity: RANK[severity]) == [BREAKS, RISK, NOTE]


@pytest.mark.parametrize("undecided", [(), (UNDECIDED,)])
@pytest.mark.parametrize(
    ("severity", "fail_on", "broken"),
    [
        (None, RISK, False),
        (NOTE, RISK, False),
        (RISK, RISK, True),
        (RISK, BREAKS, False),
        (BREAKS, RISK, True),
        (BREAKS, BREAKS, True),
    ],
)
def test_exit_code(
    severity: Severity | None, fail_on: Severity, broken: bool, undecided: tuple[Undecided, ...]
) -> None:
    """1 if broken; else 2 if anything is undecided; else 0."""
    findings = () if severity is None else (replace(ONE, severity=severity),)
    assert Report("A", "B", findings, undecided).exit_code(fail_on) == (1 if broken else 2 if undecided else 0)


def test_count() -> None:
    """Findings by severity."""
    report = Report("A", "B", (ONE, ONE, replace(ONE, severity=NOTE)))
    assert [report.count(severity) for severity in Severity] == [0, 2, 1]


def test_replay_clears_risks_alone() -> None:
    """A risk becomes a note that says why; what breaks stays, and so does what golden requests do not run through."""
    breaks, decides = replace(ONE, severity=BREAKS), replace(ONE, replayed=False)
    cleared = proven_harmless([ONE, breaks, decides], 300)
    assert cleared[1:] == [breaks, decides]
    assert cleared[0].severity is NOTE
    assert "300 golden answers" in cleared[0].why


def test_replay_of_nothing_proves_nothing() -> None:
    """Without golden requests risks stay."""
    assert proven_harmless([ONE], 0) == [ONE]


@pytest.mark.parametrize(("named", "code"), [([], 0), (["DECISION_THRESHOLD"], 1)])
def test_replay_does_not_clear_a_threshold_that_the_code_names(taken: Facts, named: list[str], code: int) -> None:
    """Decisions come after the probability that is replayed; a variable that nobody reads decides nothing."""
    base = changed(taken, ("named", named))
    theirs = changed(base, ("variables/DECISION_THRESHOLD", "0.35"), ("variables/MODEL_ROUNDING", "1"))
    findings = run(base, theirs)
    assert [each.severity for each in findings] == [RISK, RISK]
    assert Report("A", "B", ranked(proven_harmless(findings, 300)), (), 300).exit_code(RISK) == code


def test_unknown_and_value_of_facts_never_asked() -> None:
    """A fact that is not there has no value and is not recorded."""
    side = Snapshot("A", {"known": {"value": 1, "how": "made"}})
    assert (side.value("known"), side.unknown("known")) == (1, None)
    assert (side.value("other"), side.unknown("other")) == (None, "not recorded")
