"""Replay over HTTP: the service keeps every relation, and of services that break one, that one is named."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.support.broken_services import (
    Counting,
    CountingLate,
    Crossing,
    FillingFromAbove,
    NoNumber,
    OtherAnswers,
    OtherModel,
    OtherThreshold,
    Passport,
    Positional,
    Racing,
    Refitting,
    Service,
    Slow,
    Strict,
    Talking,
    served,
)
from tests.integration.support.gate import found, judged, parity
from tests.lab.sandbox import Prod


def test_prod_keeps_every_relation(prod: Prod, model: Path) -> None:
    """Our own service, with all its workers: parity."""
    code, report = judged("replay", prod.url, "--model", model)
    assert (code, report["findings"], report["undecided"]) == (0, [], [])
    assert report["replayed"] > 250


@pytest.mark.parametrize("protocol", ["HTTP/1.1", "HTTP/1.0"])
def test_a_service_that_is_right_is_clean(passport: Passport, model: Path, protocol: str) -> None:
    """With connections that stay open, and with such that are closed after each answer."""
    with served(Service(passport), protocol) as url:
        code, report = judged("replay", url, "--model", model)
    assert (code, report["findings"], report["undecided"]) == (0, [], [])


@pytest.mark.parametrize(
    ("broken", "relation", "cause"),
    [
        (Counting, "asked again", "what was asked before"),
        (CountingLate, "asked again", "what was asked before"),
        (Refitting, "one row at a time", "fitted"),
        (FillingFromAbove, "rows in another order", "rows before it"),
        (Positional, "keys in another order", "by their place"),
        (Racing, "several connections at once", "at the same time"),
        (Crossing, "several connections at once", "something else than what it was asked"),
        (Strict, "keys in another order", "although nothing that matters has changed"),
        (OtherThreshold, "threshold", "another threshold"),
        (OtherAnswers, "as recorded at training", "other answers"),
        (OtherModel, "model version", "another model"),
    ],
)
def test_a_broken_relation_is_named(
    passport: Passport, model: Path, broken: Callable[[Passport], Service], relation: str, cause: str
) -> None:
    """That one and no other, as a break, with its cause, numbers and a remedy."""
    with served(broken(passport)) as url:
        code, report = judged("replay", url, "--model", model)
    assert code == 1
    assert {each["details"]["relation"] for each in report["findings"]} == {relation}
    assert {check for check, _ in found(report, "breaks")} == {"replay"}
    (finding,) = report["findings"]
    assert cause in finding["why"]
    assert finding["remedy"]


def test_a_moved_answer_is_told_in_numbers(passport: Passport, model: Path) -> None:
    """Rows, largest difference and flips; in each format."""
    with served(OtherAnswers(passport)) as url:
        done = parity("replay", url, "--model", model)
        junit = parity("replay", url, "--model", model, "--format", "junit")
    rows = len(passport["golden"]["requests"])
    flips = sum(each < passport["threshold"] <= each + 0.3 for (each,) in passport["golden"]["scores"])
    assert (done.returncode, junit.returncode) == (1, 1)
    assert f"as recorded at training: {flips} of {rows} golden labels flip" in done.stdout
    assert f"{rows} answers moved beyond the noise floor" in done.stdout
    assert "by 0.3 at most" in done.stdout
    assert '<testcase classname="parity" name="replay">' in junit.stdout


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:1", "cannot be reached"),
        ("http://no-such-host.invalid", "cannot be reached"),
        ("127.0.0.1:8000", "names no service"),
        ("ftp://127.0.0.1", "names no service"),
        ("http://127.0.0.1:port", "names no service"),
        ("", "names no service"),
    ],
)
def test_a_service_that_is_not_there_is_an_error(model: Path, url: str, expected: str) -> None:
    """It could not be decided, which is not parity."""
    done = parity("replay", url, "--model", model)
    assert (done.returncode, done.stdout) == (2, "")
    assert expected in done.stderr
    assert "\n  remedy: " in done.stderr


def test_another_address_of_the_service_is_reported(prod: Prod, model: Path) -> None:
    """A 404 is no answer."""
    done = parity("replay", f"{prod.url}/predict", "--model", model)
    assert (done.returncode, done.stdout) == (2, "")
    assert "HTTP 404" in done.stderr


def test_a_body_that_only_python_reads_is_a_finding(passport: Passport, model: Path) -> None:
    """NaN is no JSON: clients in other languages refuse the whole body."""
    with served(NoNumber(passport)) as url:
        code, report = judged("replay", url, "--model", model)
    assert code == 1
    assert found(report, "breaks") == {("replay", "as recorded at training: no answer to the request")}
    assert "NaN is not JSON" in report["findings"][0]["b"]


def test_something_else_that_answers_is_reported(passport: Passport, model: Path) -> None:
    """What it says is the evidence."""
    with served(Talking(passport)) as url:
        done = parity("replay", url, "--model", model)
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not answer as POST /predict should" in done.stderr


def test_the_time_that_it_takes_is_bounded(passport: Passport, model: Path) -> None:
    """What was not asked in time is undecided, and so is the whole."""
    with served(Slow(passport)) as url:
        began = time.monotonic()
        code, report = judged("replay", url, "--model", model, "--timeout", "3")
    assert time.monotonic() - began < 6
    assert code == 2
    assert "--timeout" in report["undecided"][0]["remedy"]
