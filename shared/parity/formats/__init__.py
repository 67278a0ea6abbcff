"""Reports as text, by the name of their format."""

from collections.abc import Callable

from shared.compare.report import Report, to_json
from shared.parity.formats import html, junit, markdown, sarif, text


def _json(report: Report, code: int) -> str:
    return to_json(report, code).replace("##", "#\\u0023")  # `##[…]` is a command to a CI system, anywhere in a line


FORMATS: dict[str, Callable[[Report, int], str]] = {
    "text": text.render,
    "json": _json,
    "junit": junit.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
    "html": html.render,
}
"""Each takes the report and the exit code."""
