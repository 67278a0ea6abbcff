"""The record of a run of scenarios, and its page as a reader sees it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import docker
import pytest
from playwright.sync_api import Browser, Page, expect

from shared.errors import ParityError
from tests.integration.support.browser import PATIENCE, chromium
from tests.lab import record as records
from tests.lab import report
from tests.lab.plugin import Recorder

BREAKS = 60


def scenario(
    name: str, *, silent: bool = True, kind: str = "data", caught: bool = True, flips: int = 10
) -> dict[str, Any]:
    """A scenario as a record has it."""
    answers = [[round(row / 240, 3), round(((row * 7) % 240) / 240, 3)] for row in range(240)]
    broken = {
        "asked": 240,
        "answered": 240,
        "flipped": flips,
        "threshold": 0.3,
        "share": flips / 240,
        "auc": [0.7, 0.6],
    }
    noticed = {"smoke": not silent, "warning": False, "freeze": kind == "version", "check": False}
    finding = {"severity": "risk", "check": "packages", "subject": "x", "a": "1", "b": "2", "why": "w", "remedy": "r"}
    stages = {
        "baseline": (True, "no symptom; the gate is clean", {}),
        "broken": (
            True,
            f"{flips} of 240 decisions flip </script><b>",
            {**broken, "answers": answers, "noticed": noticed},
        ),
        "caught": (caught, "risk packages: x", {"findings": [finding]}),
        "fixed": (True, "no symptom; the gate is clean", {}),
    }
    outcomes = {
        stage: {"stage": stage, "holds": holds, "evidence": evidence, "seconds": 1.0, "details": details}
        for stage, (holds, evidence, details) in stages.items()
    }
    about = {"title": f"what {name} is", "story": "It happens. " * 30, "source": "https://example.org/issue/1"}
    about |= {
        "caught_by": "gate",
        "fix": "one lock",
        "hint": "look",
        "diff": "+ a line " * 40,
        "by_hand": "docker compose up",
    }
    return {"name": name, "kind": kind, "silent": silent, "checks": ["packages"], **about, "stages": outcomes}


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    """A run with as many scenarios as there may be one day, one of which went uncaught."""
    many = [scenario(f"scenario-{number}", flips=number) for number in range(BREAKS - 2)]
    odd = [scenario("loud-one", silent=False, kind="version"), scenario("escaped", caught=False, flips=1)]
    control = scenario("benign-one", kind="control")
    control["stages"] = {"benign": {**control["stages"]["fixed"], "stage": "benign"}}
    machine = {"system": "Linux", "cpus": 2}
    head = {
        "format": 1,
        "begun": "2026-01-01T00:00:00+00:00",
        "seconds": 300.0,
        "image": "sha256:0",
        "machine": machine,
    }
    return {**head, "scenarios": [*many, *odd, control]}


@pytest.fixture(scope="module")
def browser(engine: docker.DockerClient) -> Iterator[Browser]:
    """Chromium."""
    with chromium(engine) as started:
        yield started


@contextmanager
def opened(browser: Browser, record: dict[str, Any], **options: Any) -> Iterator[Page]:
    """The page in a profile of its own, which may make no request and log no error."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("request", lambda request: complaints.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    try:
        page.set_content(report.render(record))
        yield page
    finally:
        context.close()
    assert complaints == []


def test_the_record_leaves_out_what_was_interrupted() -> None:
    """It was neither caught nor not caught."""
    recorder = Recorder(verbose=False)
    for name, stages in (("stale-model", ("baseline", "broken", "caught", "fixed")), ("column-missing", ("baseline",))):
        for stage in stages:
            outcome = {"stage": stage, "holds": True, "evidence": "", "seconds": 1.0, "details": {}}
            node = f"tests/scenarios/test_scenarios.py::test_scenario[{name}-{stage}]"
            properties = [("outcome", outcome)]
            recorder.pytest_runtest_logreport(
                pytest.TestReport(node, (node, 0, stage), {}, "passed", None, "call", user_properties=properties)
            )
    assert [result["name"] for result in recorder.record()["scenarios"]] == ["stale-model"]


def test_the_newest_result_of_every_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories that were run one by one are all in the report, each with its last result."""
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    runs = [("2026-01-01", {"unit-celsius": 1, "stale-model": 2}), ("2026-01-02", {"unit-celsius": 3})]
    for day, flips in [*runs, ("2026-01-03", {"column-missing": 4, "removed-since": 5})]:
        results = [scenario(name, flips=count) for name, count in flips.items()]
        records.write({"begun": f"{day}T00:00:00+00:00", "seconds": 10.0, "scenarios": results})
    newest = records.newest()
    found = {result["name"]: result["stages"]["broken"]["details"]["flipped"] for result in newest["scenarios"]}
    assert found == {"unit-celsius": 3, "column-missing": 4, "stale-model": 2}
    assert newest["seconds"] == 30.0


def test_without_a_run_it_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a fresh clone."""
    monkeypatch.setattr(records, "FOLDER", tmp_path / "scenarios")
    with pytest.raises(ParityError) as caught:
        records.newest()
    assert "make scenario" in caught.value.remedy


def test_is_one_small_file(record: dict[str, Any]) -> None:
    """Sixty scenarios with their plots are less than a megabyte."""
    assert len(report.render(record).encode()) < 1_000_000


def test_verdict_and_order(browser: Browser, record: dict[str, Any]) -> None:
    """The verdict counts; what went uncaught comes first, then the most harm."""
    with opened(browser, record, java_script_enabled=False) as page:
        expect(page.locator(".verdict")).to_contain_text(f"{BREAKS - 1} of {BREAKS} caught")
        rows = page.locator("table").first.locator("tbody tr th")
        assert rows.all_inner_texts()[:3] == ["escaped", f"scenario-{BREAKS - 3}", f"scenario-{BREAKS - 4}"]
        expect(page.locator("tbody tr").first).to_contain_text("not caught")
        expect(page.locator("#escaped svg path.flipped")).to_have_count(1)


def test_filters_without_javascript(browser: Browser, record: dict[str, Any]) -> None:
    """Kind and loudness hide rows and stories alike."""
    with opened(browser, record, java_script_enabled=False) as page:
        page.get_by_label("1 loud").check()
        expect(page.locator("tr.break:visible")).to_have_count(1)
        expect(page.locator("article.break:visible")).to_have_count(1)
        page.get_by_label(f"all {BREAKS}").check()
        page.get_by_label("version 1").check()
        expect(page.locator("tr.break:visible")).to_have_count(1)


def test_holds_its_record(browser: Browser, record: dict[str, Any]) -> None:
    """The record can be read out of the page, whatever is written in it."""
    with opened(browser, record) as page:
        assert json.loads(page.locator("#record").text_content() or "") == record
        expect(page.locator("b")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_phone(browser: Browser, record: dict[str, Any], scheme: Any) -> None:
    """Nothing but the table scrolls sideways; dark means dark."""
    with opened(browser, record, viewport={"width": 375, "height": 800}, is_mobile=True, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 375
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 27)"}[scheme]
