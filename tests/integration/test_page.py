"""The page, in a browser that is on prod's own network and can reach nothing else."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import docker
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.integration.support.browser import PATIENCE, chromium
from tests.lab.sandbox import ROOT, Prod

HOME = "http://prod:8000/"

SAMPLE = json.loads((ROOT / "shared" / "problem" / "sample_request.json").read_text())


@dataclass
class Seen:
    """What a page did: the addresses it asked, and what it complained of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser(prod: Prod, engine: docker.DockerClient) -> Iterator[Browser]:
    """Chromium on prod's network."""
    (network,) = engine.containers.get(prod.container).attrs["NetworkSettings"]["Networks"]
    with chromium(engine, network) as started:
        yield started


def test_shows_what_predict_answers(prod: Prod, browser: Browser) -> None:
    """The prefilled flight gets the probability that POST /predict gives it; nobody else is asked anything."""
    with opened(browser) as (page, seen):
        predict(page)
        page.get_by_text("Show as curl").click()
        command = shlex.split(page.locator("#curl").inner_text())
        answer = ask(prod, json.loads(command[command.index("--data") + 1]))
        probability = answer["predictions"][0]["late_probability"]
        expect(page.locator("#answer data")).to_have_text(f"{probability:.1%}")
        expect(page.locator("#answer .verdict")).to_have_text("Late" if answer["predictions"][0]["late"] else "On time")
        expect(page.locator("#answer")).to_contain_text(answer["model_version"])
    assert answer == ask(prod, SAMPLE)
    assert seen.complaints == []
    assert {urlsplit(url).netloc for url in seen.requests} == {"prod:8000"}


def test_has_every_field_of_the_contract(prod: Prod, browser: Browser) -> None:
    """Each has a label, and goes out under its own name."""
    with prod.client() as client:
        expected = client.get("/contract").json()["$defs"]["Row"]["properties"]
    with opened(browser) as (page, _):
        named = page.locator("#row [name]").evaluate_all("all => all.map(each => each.name)")
        labelled = page.locator("#row label").evaluate_all("all => all.map(each => each.control.name)")
    assert sorted(named) == sorted(labelled) == sorted(expected)


def test_says_what_is_wrong_beside_the_field(browser: Browser) -> None:
    """Each field at fault says what was expected and what it got; the first one is focused; mended, it is silent."""
    with opened(browser) as (page, _):
        page.get_by_label("Temperature").fill("900")
        page.get_by_label("Distance").fill("far")
        page.get_by_label("Pressure").fill("1e999")
        predict(page)
        temperature = page.get_by_label("Temperature")
        expect(temperature).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#temperature_f-error")).to_have_text(
            "Expected a number from -40 to 130 (degF), or null. Got 900."
        )
        expect(page.locator("#distance_miles-error")).to_contain_text('Got "far" (text).')
        expect(page.locator("#pressure_hpa-error")).to_contain_text('Got "1e999" (text).')
        expect(page.locator("#row [aria-invalid=true]")).to_have_count(3)
        expect(page.get_by_label("Distance")).to_be_focused()
        expect(page.locator("#answer")).to_contain_text("What helps: send the fields as GET /contract describes them")
        temperature.fill("")
        expect(page.locator("#temperature_f-error")).to_be_hidden()
        expect(temperature).to_have_attribute("aria-invalid", "false")


def test_flags_categories_never_seen(browser: Browser) -> None:
    """A carrier that the model does not know is answered, and named."""
    with opened(browser) as (page, seen):
        page.get_by_label("Carrier", exact=True).fill("ZZ")
        predict(page)
        expect(page.locator("#answer .unseen")).to_contain_text("Carrier ZZ was never seen in training")
    assert seen.complaints == []


def test_flags_numbers_outside_training(browser: Browser) -> None:
    """A temperature that New York never had is answered, and shown with what training held."""
    with opened(browser) as (page, seen):
        page.get_by_label("Temperature", exact=True).fill("130")
        predict(page)
        expect(page.locator("#answer .unseen")).to_contain_text("Temperature 130 is outside what training held (")
    assert seen.complaints == []


def test_says_that_the_service_does_not_answer(browser: Browser) -> None:
    """A failing network is shown as such, with what to do."""
    with opened(browser) as (page, _):
        page.route("**/predict", lambda route: route.abort())
        predict(page)
        expect(page.locator("#answer")).to_contain_text("No answer from the service")
        expect(page.locator("#answer")).to_contain_text("make prod")


def test_fits_a_phone(browser: Browser) -> None:
    """At 375 pixels nothing needs scrolling sideways, with everything unfolded and an answer shown."""
    with opened(browser, viewport={"width": 375, "height": 800}, is_mobile=True) as (page, _):
        for summary in page.locator("summary").all():
            summary.click()
        predict(page)
        expect(page.locator("#answer data")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 375


def test_is_readable_without_javascript(prod: Prod, browser: Browser) -> None:
    """Card, parity and lineage are there, and the form says that curl works, and how."""
    with prod.client() as client:
        passport = client.get("/model").json()
    with opened(browser, java_script_enabled=False) as (page, _):
        expect(page.locator("#card")).to_contain_text(f"{passport['metrics']['model']['roc_auc']:.4f}")
        expect(page.locator("#card svg circle")).to_have_count(len(passport["metrics"]["model"]["calibration"]))
        expect(page.locator("#parity")).to_contain_text("The same image")
        expect(page.locator("#parity")).to_contain_text(f"{len(passport['golden']['requests'])}")
        for text in (passport["data"]["sha256"], passport["image"]["lock_sha256"], passport["contract_sha256"]):
            expect(page.locator("#lineage")).to_contain_text(text)
        expect(page.locator("noscript p")).to_be_visible()
        command = shlex.split(page.locator("#curl").text_content() or "")
        assert json.loads(command[-1]) == SAMPLE


def test_allows_nothing_from_elsewhere(prod: Prod) -> None:
    """The page has a policy under which no inline script runs and no other site frames it."""
    with prod.client() as client:
        policy = client.get("/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[tuple[Page, Seen]]:
    """The page in a profile of its own, and what it does."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    page, seen = context.new_page(), Seen()
    page.on("request", lambda request: seen.requests.append(request.url))
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    try:
        page.goto(HOME)
        yield page, seen
    finally:
        context.close()


def predict(page: Page) -> None:
    """Press the button, and wait for whatever comes of it."""
    page.get_by_role("button", name="Predict").click()
    expect(page.locator("#answer .verdict")).to_be_visible()


def ask(prod: Prod, body: dict[str, Any]) -> dict[str, Any]:
    """What POST /predict answers."""
    with prod.client() as client:
        response = client.post("/predict", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer
