"""What comes from a source is text: in no format can it be markup, a line of its own, or a command."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared import lineage, passport
from shared.compare.report import Finding, Report, Severity, Undecided
from shared.errors import ParityError, printable
from shared.parity.bisect import result
from shared.parity.formats import FORMATS

PIECES = (
    *("\n", "\r", "\x1b[2J", "\x00", "\u202e", "\u2066", "\u200b", "\u2028", "\ud800", "::error file=x::", "##[error]"),
    *(
        "##vso[task.setvariable]",
        "<script>",
        "</script>",
        "&lt;",
        "|",
        "`",
        "``",
        "[a](https://evil.example)",
        "![",
        "]",
    ),
    *('"', "'", "\\", "*", "_", "~~", "@someone", "#12", "www.evil.example", "$x$", "<br>", "-->", "%%", " ", "a", "é"),
)
texts = (st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=20)).filter(str.strip)
attacks = example("\n::error file=x::y")(example("x\r\n##[error]y \u202e |`<b>@a[b](http://c)")(given(texts)))


def report(text: str) -> Report:
    """A report whose sources wrote this text wherever they can."""
    findings = [
        Finding("packages", text, text, text, severity, f"why {text}", f"remedy {text}", ignored=ignored)
        for severity, ignored in ((Severity.BREAKS, ""), (Severity.RISK, ""), (Severity.NOTE, text))
    ]
    side = {
        "python": {"version": text, "executable": text, "found": text},
        "not_seen": [{"item": text, "reason": text}],
    }
    return Report(
        f"image:{text}",
        f"image:{text}",
        tuple(findings),
        (Undecided("code", text, text),),
        replayed=3,
        untried=text,
        compared={"a": side, "b": side},
        measure={"noise_floor": 0.1, "labels": [text]},
        lacking=(text,),
    )


def safe_lines(rendered: str) -> None:
    """No character steers a terminal, and no line is a command of a CI system."""
    for line in rendered.split("\n"):
        assert line.isprintable()
        assert not re.match(r"\s*::\w", line)
        assert not re.search(r"##\w*\[", line)


def tags(page: str) -> list[Any]:
    """The elements of a page, with their attributes."""
    found: list[Any] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, attributes))  # type: ignore[method-assign]
    parser.handle_comment = lambda data: found.append(data)  # type: ignore[method-assign]
    parser.feed(page)
    parser.close()
    return found


@attacks
def test_text_reports_keep_their_lines(text: str) -> None:
    """As many lines begin with the words of the format as with a harmless text; all others continue a `why`."""
    rendered, harmless = (FORMATS["text"](report(each), 1) for each in (text, "x"))
    safe_lines(rendered)
    heads = [
        [line[:10] for line in each.splitlines() if not line.startswith(" " * 11)] for each in (rendered, harmless)
    ]
    assert heads[0] == heads[1]


@attacks
def test_html_keeps_its_elements(text: str) -> None:
    """The same tags, attributes and order, whatever the text; and the record inside is whole."""
    page = FORMATS["html"](report(text), 1)
    assert tags(page) == tags(FORMATS["html"](report("x"), 1))
    assert page.count("</script") == 1
    record = re.search(r'<script type="application/json" id="report">(.*)</script>', page, re.DOTALL)
    assert record
    assert json.loads(record[1])["findings"][0]["subject"] == text


@attacks
def test_markdown_keeps_its_cells_and_has_no_markup(text: str) -> None:
    """Lines and cells are as many, and of what would be markup nothing is left without an escape."""
    rendered, harmless = (FORMATS["markdown"](report(each), 1) for each in (text, "x"))
    bare, expected = (
        [re.sub(r"\\[!-/:-@\[-`{-~]", "·", line) for line in each.split("\n")] for each in (rendered, harmless)
    )
    assert [line.count("|") for line in bare] == [line.count("|") for line in expected]
    own = re.compile(r"</?(details|summary)>|\*\*code\*\*|\|[-|]+\|")
    for line in bare:
        rest = own.sub("", line)
        assert not re.search(r"[<>`*~\[\]$]|(?<!\w)_|_(?!\w)|[@#]\w|://|www\.", re.sub("^###", "", rest)), line
        safe_lines(line.replace("\u200b", ""))


@attacks
def test_junit_keeps_its_cases(text: str) -> None:
    """It is XML, with the same elements; and its messages are lines."""
    cases = [ElementTree.fromstring(FORMATS["junit"](report(each), 1)) for each in (text, "x")]  # noqa: S314
    attacked, harmless = ([element.tag for element in suite.iter()] for suite in cases)
    assert attacked == harmless
    for element in cases[0].iter():
        safe_lines("\n".join([element.text or "", *element.attrib.values()]))


@attacks
def test_sarif_has_no_links(text: str) -> None:
    """In a message, `[text](address)` would be one."""
    (run,) = json.loads(FORMATS["sarif"](report(text), 1))["runs"]
    for message in [each["message"]["text"] for each in run["results"]]:
        assert not re.search(r"[\[\]]", re.sub(r"\\.", "", message))
        safe_lines(message)


@attacks
def test_json_is_ascii(text: str) -> None:
    """Data for programs: exact, and printed to a terminal still harmless."""
    rendered = FORMATS["json"](report(text), 1)
    assert rendered.isascii()
    assert json.loads(rendered)["findings"][0]["subject"] == text
    safe_lines(rendered)


@attacks
def test_bisect_keeps_its_lines(text: str) -> None:
    """Causes, requirements, candidates, notes and steps."""

    def rendered(text: str) -> str:
        finding = report(text).findings[0]
        step = result.Step(frozenset([text]), "moved", text, 1, 0.5, True)
        cause = result.Cause((finding,), (finding,), step)
        made = result.Result(text, text, "found", 2, 3, (cause,), 1, (finding,), (), (step,))
        return result.text(made)

    safe_lines(rendered(text))
    heads = [[line[:8] for line in rendered(each).splitlines() if line[:8].strip()] for each in (text, "x")]
    assert heads[0] == heads[1]


def known(text: str) -> dict[str, Any]:
    """A lineage with this text in it."""
    changed = {"data": {text: (text, text)}}
    return {
        "version": text,
        "created": text,
        "inputs": {"data": {text: text, "rows": "1"}},
        "metrics": {"roc_auc": 0.7},
        "before": [{"version": text, "created": text, "changed": changed}],
        "served": {"unknown": text},
    }


@attacks
def test_lineage_keeps_its_lines_and_labels(text: str) -> None:
    """As text and as a graph: a label ends where it should, and nothing in it is HTML or Markdown."""
    for render in (lineage.text, lineage.mermaid):
        rendered, harmless = render(known(text)), render(known("x"))
        safe_lines(rendered)
        assert rendered.count("\n") == harmless.count("\n")
    assert rendered.count('"') == harmless.count('"')
    assert not re.search(r"[<>`]", rendered.replace("<br>", "").replace("-->", ""))


@attacks
def test_an_error_keeps_its_three_parts(text: str) -> None:
    """Evidence is often what another program printed: its lines are indented, and are lines of text."""
    error = str(ParityError(f"what {text}", evidence=text, remedy=text))
    safe_lines(error)
    heads = [line[:12] for line in error.split("\n") if line[:12].strip()]
    assert [head.strip()[:9] for head in heads[-2:]] == ["evidence:", "remedy:"]


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_plain_ascii_is_printed_as_it_is(text: str) -> None:
    """Unless it would be a command."""
    if not re.search(r"::\w|##", text):
        assert printable(text) == text


@pytest.mark.parametrize("show", [passport.show])
def test_a_passport_is_shown_as_text(show: Callable[..., str], tmp_path: Any) -> None:
    """A passport may be a stranger's."""
    body = {"format": passport.FORMAT, "version": "v\n::error::x", "created": "2026-01-01T00:00:00Z", "files": {}}
    body |= {"image": {"id": "\x1b[2J", "base": "b", "revision": "r", "lock_sha256": "l"}, "contract_sha256": "c"}
    body |= {"data": {"name": "d", "sha256": "s"}, "parameters": {}, "threshold": 0.3, "environment": {}}
    body |= {"metrics": {"model": {}, "rows": 1, "share": 0.2}, "golden": {"requests": [], "noise_floor": 0.0}}
    target = {"kind": "binary", "name": "n", "positive": "::error::yes", "description": "d"}
    body |= {"target": target}
    (tmp_path / "manifest.json").write_text(json.dumps(body))
    shown = show(tmp_path)
    safe_lines(shown)
    assert "v\\n::error" in shown
