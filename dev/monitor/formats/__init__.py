"""How a judgement is printed."""

from collections.abc import Callable

from dev.monitor.formats import html, json, prometheus, text
from dev.monitor.judge import Judgement

FORMATS: dict[str, Callable[[Judgement], str]] = {
    "text": text.text,
    "json": json.to_json,
    "prometheus": prometheus.prometheus,
    "html": html.html,
}
