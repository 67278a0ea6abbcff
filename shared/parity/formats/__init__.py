"""Reports as text, by the name of their format."""

from collections.abc import Callable

from shared.compare.report import Report, to_json
from shared.parity.formats import junit, markdown, sarif, text

FORMATS: dict[str, Callable[[Report, int], str]] = {
    "text": text.render,
    "json": to_json,
    "junit": junit.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
}
"""Each takes the report and the exit code."""
