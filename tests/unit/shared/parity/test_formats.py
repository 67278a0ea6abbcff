import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from shared.compare import checks, report
from shared.compare.report import FORMAT, Finding, Report, Severity, Undecided, ranked, to_json
from shared.parity.formats import FORMATS, html, junit, markdown, sarif, text
from tests.unit.shared.compare.sides import BREAKS, NOTE, RISK

SCHEMA = json.loads((Path(report.__file__).parent / "report.schema.json").read_text())
NASTY = 'a | b <script>&amp; `x`\n\x1b[2J\x00 @someone \\| "q" \ud7ff'


def finding(severity: Severity, check: str = "packages", **parts: Any) -> Finding:
    """A finding with something in each field."""
    made = Finding(check, f"{severity} subject", "1.0", "2.0", severity, f"{severity} why", f"{severity} remedy")
    return replace(made, **parts)


FINDINGS = ranked(
    [
        finding(NOTE, "image"),
        finding(RISK),
        finding(BREAKS, "predictions", effect=0.25, details={"largest": math.inf, "worst": [{"a": [math.nan]}]}),
        finding(RISK, "settings", subject=NASTY, a=NASTY, b=NASTY, why=NASTY, remedy=NASTY),
        finding(NOTE, "system"),
    ]
)
REPORT = Report("image:a", "image:b", FINDINGS, (), 300)
OPEN = Report("image:a", "image:b", (), (Undecided("code", "it crashed", "take it again"),))
CLEAN = Report("image:a", "image:b", ())
LONG = Report("image:a", "image:b", tuple(finding(RISK, subject=f"{n} " + "x" * 90, why="é" * 90) for n in range(500)))
NOTES = Report("image:a", "image:b", tuple(finding(NOTE, subject=f"{n} " + "x" * 200) for n in range(500)))
REPORTS = {"broken": (REPORT, 1), "open": (OPEN, 2), "clean": (CLEAN, 0), "long": (LONG, 1), "notes": (NOTES, 0)}
each_report = pytest.mark.parametrize(("report", "code"), REPORTS.values(), ids=REPORTS)


@each_report
@pytest.mark.parametrize("render", FORMATS.values(), ids=FORMATS)
def test_every_format_ends_its_last_line(render: Any, report: Report, code: int) -> None:
    """Each is a text file that can be encoded."""
    rendered = render(report, code)
    assert rendered.endswith("\n")
    assert rendered.encode()


def test_text_has_the_verdict_first() -> None:
    """Then what breaks, risks and notes, in this order; what matters with both sides, why and remedy."""
    lines = text.render(REPORT, 1).splitlines()
    assert lines[0] == "BROKEN: image:a against image:b (1 break, 2 risks, 2 notes, 300 golden requests replayed)"
    order = [line.split()[0] for line in lines if line.split()[:1] and line.split()[0].lower() in {*Severity}]
    assert order == ["BREAKS", "RISK", "RISK", "note", "note"]
    start = next(number for number, line in enumerate(lines) if line.startswith("BREAKS"))
    assert [line.strip() for line in lines[start + 1 : start + 5]] == [
        "A: 1.0",
        "B: 2.0",
        "why: breaks why",
        "remedy: breaks remedy",
    ]


def test_text_cannot_steer_the_terminal() -> None:
    """Control characters are shown, not sent."""
    assert all(character.isprintable() or character == "\n" for character in text.render(REPORT, 1))


@pytest.mark.parametrize(("report", "code", "verdict"), [(CLEAN, 0, "PARITY"), (OPEN, 2, "COULD NOT DECIDE")])
def test_text_verdicts(report: Report, code: int, verdict: str) -> None:
    """The first word of the first line; an undecided check has its reason and remedy."""
    rendered = text.render(report, code)
    assert rendered.startswith(f"{verdict}: ")
    assert ("it crashed" in rendered and "take it again" in rendered) is (code == 2)


@each_report
def test_json_keeps_its_schema(report: Report, code: int) -> None:
    """Also where values are no numbers; it is strict JSON."""
    body = json.loads(to_json(report, code), parse_constant=pytest.fail)
    jsonschema.Draft202012Validator(SCHEMA).validate(body)
    assert body["format"] == FORMAT
    assert body["exit_code"] == code
    assert len(body["findings"]) == len(report.findings)


def test_json_schema_is_closed() -> None:
    """It is a schema, and refuses what it does not name, what is missing and what has another version."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    body = json.loads(to_json(REPORT, 1))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    wrong: list[dict[str, Any]] = [{**body, "format": 2}, {**body, "more": 1}, {**body, "exit_code": 3}]
    wrong += [{key: value for key, value in body.items() if key != left_out} for left_out in body]
    for key in body["findings"][0]:
        less = {name: value for name, value in body["findings"][0].items() if name != key}
        wrong.append({**body, "findings": [less]})
    wrong.append({**body, "findings": [{**body["findings"][0], "a": ""}]})
    wrong.append({**body, "findings": [{**body["findings"][0], "more": 1}]})
    for document in wrong:
        assert not validator.is_valid(document)


def suite_of(report: Report, code: int) -> ElementTree.Element:
    """The report as JUnit XML, parsed."""
    return ElementTree.fromstring(junit.render(report, code))  # noqa: S314 it is our own


@each_report
def test_junit_counts_what_it_holds(report: Report, code: int) -> None:
    """Attributes agree with elements; each case has one outcome; the suite fails if and only if the gate does."""
    suite = suite_of(report, code)
    for attribute, element in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        assert suite.get(attribute) == str(len(suite.findall(f".//{element}"))), attribute
    assert all(len(case) <= 1 for case in suite)
    names = [case.get("name") for case in suite]
    assert len(set(names)) == len(names)
    assert set(names) >= set(checks.CHECKS)
    assert bool(suite.findall(".//failure") or suite.findall(".//error")) is (code != 0)


def test_junit_tells_each_finding_of_a_check() -> None:
    """Several are one failure, which names all; notes fail nothing."""
    report = Report("A", "B", (finding(RISK, subject="numpy"), finding(RISK, subject="pandas"), finding(NOTE, "image")))
    (failure,) = suite_of(report, 1).findall(".//failure")
    assert failure.get("message") == "numpy, pandas"
    assert (failure.text or "").count("remedy: risk remedy") == 2


def test_junit_shows_undecided_predictions() -> None:
    """Even though nothing was replayed, the case is there with its error."""
    report = Report("A", "B", (), (Undecided("predictions", "no answers", "name images"),))
    suite = suite_of(report, 2)
    assert [case.get("name") for case in suite if case.find("error") is not None] == ["predictions"]


def test_junit_passes_what_the_gate_lets_through() -> None:
    """With `--fail-on breaks` risks are no failures."""
    report = Report("A", "B", (finding(RISK),))
    assert suite_of(report, report.exit_code(BREAKS)).get("failures") == "0"


@pytest.mark.parametrize("report", [LONG, NOTES])
def test_markdown_fits_into_a_comment(report: Report) -> None:
    """500 findings are cut at a line's end, folds are closed, and it says so."""
    rendered = markdown.render(report, 1)
    assert len(rendered.encode()) < markdown.MAX_BYTES
    assert rendered.endswith("Cut short: the JSON report has the rest.\n")
    assert rendered.count("<details>") == rendered.count("</details>")


def test_markdown_escapes() -> None:
    """What comes from an environment opens no tag or cell, breaks no line and mentions nobody."""
    rendered = markdown.render(REPORT, 1)
    assert "<script" not in rendered
    assert "@someone" not in rendered
    rows = [line for line in rendered.splitlines() if line.startswith("|")]
    for row in rows:
        bare = row.replace("\\\\", "")
        assert bare.count("|") - bare.count("\\|") == 8, row
    assert len(rows) == 2 + 3


def test_markdown_folds_notes() -> None:
    """The verdict is the heading; notes are counted and folded."""
    lines = markdown.render(REPORT, 1).splitlines()
    assert lines[0] == "### Parity: broken"
    assert "<details><summary>2 notes</summary>" in lines
    assert "it crashed" in markdown.render(OPEN, 2)


@each_report
def test_sarif(report: Report, code: int) -> None:
    """Version, one run, a rule for each check, levels by severity, and what code scanning asks of a result."""
    log = json.loads(sarif.render(report, code))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == [*checks.CHECKS, "predictions"]
    assert all(rule["fullDescription"]["text"] for rule in run["tool"]["driver"]["rules"])
    levels = {BREAKS: "error", RISK: "warning", NOTE: "note"}
    assert [result["level"] for result in run["results"]] == [levels[each.severity] for each in report.findings]
    for result, each in zip(run["results"], report.findings, strict=True):
        assert result["ruleId"] in rules
        parts = (each.subject, each.a, each.b, each.why, each.remedy)
        assert all(sarif._text(part) in result["message"]["text"] for part in parts)
        assert " " not in result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
    assert run["invocations"][0]["executionSuccessful"] is (code != 2)
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == len(report.undecided)


def test_every_format_tells_why_a_finding_is_ignored() -> None:
    """Also where notes are one line; SARIF has a place for it."""
    report = Report("a", "b", (finding(NOTE, ignored="we looked (ignored until 2027-01-31)"),))
    for render in (text.render, to_json, markdown.render, sarif.render):
        assert "we looked (ignored until 2027-01-31)" in render(report, 0)
    (result,) = json.loads(sarif.render(report, 0))["runs"][0]["results"]
    assert result["suppressions"][0]["kind"] == "external"


@each_report
def test_html_is_one_page_with_the_verdict_first(report: Report, code: int) -> None:
    """Without network or script; findings can be linked to; under 1 MB; the JSON report lies inside."""
    page = html.render(report, code)
    title = text.headline(report, code)
    assert page.index(f"<title>{title}</title>") < page.index(f"<h1>{title}</h1>") < page.index("<main>")
    assert len(page.encode()) < 1_000_000
    assert not re.search(r"<script(?! type=\"application/json\")|<link|<img|\ssrc=|url\(|@import", page)
    assert page.count("<article") == len(report.undecided) + sum(each.severity is not NOTE for each in report.findings)
    assert all(f'id="{name}"' in page for name in re.findall('href="#([^"]*)"', page))
    (embedded,) = re.findall(r'<script type="application/json" id="report">(.*?)</script>', page, re.DOTALL)
    assert json.loads(embedded) == json.loads(to_json(report, code))
