"""For people in a browser: one page that needs neither network nor JavaScript, with the JSON report inside."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from shared.compare.report import Finding, Report, Severity, Undecided, to_json
from shared.errors import printable
from shared.parity.formats.compared import compared, count, judged
from shared.parity.formats.text import counted, headline, replayed

STYLE = Path(__file__).with_name("page.css")
CLASSES = {0: "parity", 1: "broken", 2: "undecided"}
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header class="{verdict}">
<h1>{title}</h1>
<p>{summary}</p>
</header>
<main>
{body}</main>
<script type="application/json" id="report">{embedded}</script>
</body>
</html>
"""


def render(report: Report, code: int) -> str:
    """The verdict and what was compared, then what breaks, risks, what is undecided, and notes."""
    serious = [finding for finding in report.findings if finding.severity is not Severity.NOTE]
    notes = [finding for finding in report.findings if finding.severity is Severity.NOTE]
    body = [
        *_section("Differences that matter", (_finding(*numbered) for numbered in enumerate(serious, 1))),
        *_section("Undecided", map(_undecided, report.undecided)),
        *(_notes(notes) if notes else ()),
    ]
    summary = [f"{counted(report)}; {replayed(report)}."]
    summary += [f"Not tried: {report.untried}."] * bool(report.untried)
    basis = [f"<li>{_text(line)}</li>" for line in (*compared(report), *judged(report))]
    if basis:
        body = ["<h2>What was compared</h2>", "<ul>", *basis, "</ul>", *body]
    return PAGE.format(
        title=_text(headline(report, code)),
        style=STYLE.read_text(encoding="utf-8"),
        verdict=CLASSES[code],
        summary=_text(" ".join(summary)),
        body="".join(f"{line}\n" for line in body),
        embedded=to_json(report, code).replace("<", "\\u003c"),  # a `</script>` in a text would end it
    )


def _section(title: str, items: Iterable[str]) -> list[str]:
    shown = list(items)
    return [f"<h2>{title}</h2>", *shown] if shown else []


def _undecided(undecided: Undecided) -> str:
    terms = _terms(("why", undecided.reason), ("remedy", undecided.remedy))
    return f'<article class="undecided">\n<h3>{_text(undecided.check)}</h3>\n{terms}\n</article>'


def _finding(number: int, finding: Finding) -> str:
    title = f'<b class="{finding.severity}">{finding.severity}</b> {_text(finding.check)}: {_text(finding.subject)}'
    terms = _terms(("A", finding.a), ("B", finding.b), ("why", finding.why), ("remedy", finding.remedy))
    return "\n".join(
        [
            f'<article class="{finding.severity}" id="finding-{number}">',
            f'<h3><a href="#finding-{number}">{title}</a></h3>',
            terms,
            "</article>",
        ]
    )


def _terms(*terms: tuple[str, str]) -> str:
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in terms) + "</dl>"


def _notes(notes: list[Finding]) -> list[str]:
    head = "".join(f'<th scope="col">{name}</th>' for name in ("check", "what differs", "A", "B", "why"))
    return [
        f"<details open><summary>{count(len(notes), 'note')}</summary>",
        f'<div class="scroll" tabindex="0"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>',
        *(_row(note) for note in notes),
        "</tbody>\n</table></div>\n</details>",
    ]


def _row(note: Finding) -> str:
    cells = (note.check, note.subject, note.a, note.b, note.ignored or note.why)
    return "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in cells) + "</tr>"


def _text(text: str) -> str:
    return escape(printable(text))
