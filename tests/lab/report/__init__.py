"""One self-contained HTML page from a record: no network, readable without JavaScript, under 1 MB."""

import json
from pathlib import Path
from typing import Any

import jinja2

from tests.lab import figures

HERE = Path(__file__).parent
SIDE = 200
"""Width and height of a plot, in units of its own."""


def render(record: dict[str, Any]) -> str:
    """The page."""
    loader = jinja2.FileSystemLoader(HERE)
    page = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    breaks = figures.breaks(record)
    return page.get_template("report.html").render(
        record=record,
        verdict=figures.verdict(record),
        breaks=sorted(map(_shown, breaks), key=_order),
        controls=[_shown(result) for result in figures.controls(record)],
        kinds=sorted({result["kind"] for result in breaks}),
        conventional={name: title.replace("`", "") for name, title in figures.CONVENTIONAL.items()},
        style=(HERE / "report.css").read_text(),
        # A `</script>` in a text would end the element that holds it.
        embedded=json.dumps(record).replace("<", "\\u003c"),
    )


def _shown(result: figures.ScenarioResult) -> dict[str, Any]:
    """A result with what the page derives from it."""
    stages = result["stages"]
    broken = stages.get("broken", {}).get("details", {})
    return {
        **result,
        "skipped": figures.skipped(result),
        "caught": figures.holds(result, "caught"),
        "fixed": figures.holds(result, "fixed"),
        "harm": _harm(broken),
        "plot": plot(broken),
        "noticed": figures.noticed(result),
        "seconds": sum(stage["seconds"] for stage in stages.values()),
        "findings": stages.get("caught", {}).get("details", {}).get("findings", []),
        "sources": [word for word in result["source"].split() if word.startswith("http")],
    }


def _harm(broken: dict[str, Any]) -> float:
    """Share of flights with another decision or with none."""
    if not broken.get("asked"):
        return 1.0
    return float((broken["asked"] - broken["answered"] + broken["flipped"]) / broken["asked"])


def _order(result: dict[str, Any]) -> tuple[bool, bool, float]:
    """What is not caught first, then what was skipped, then by harm."""
    return result["caught"] or result["skipped"], not result["skipped"], -result["harm"]


def plot(broken: dict[str, Any]) -> dict[str, Any] | None:
    """Dev's probability against prod's, as SVG paths of points: those that keep their label, and those that flip."""
    pairs = [pair for pair in broken.get("answers", ()) if None not in pair]
    if not pairs:
        return None
    threshold = broken["threshold"]
    paths: dict[bool, list[str]] = {False: [], True: []}
    for dev, prod in pairs:
        x, y = round(dev * SIDE), round((1 - prod) * SIDE)
        paths[(dev >= threshold) != (prod >= threshold)].append(f"M{x} {y}h0")
    line = round(threshold * SIDE)
    return {"side": SIDE, "kept": "".join(paths[False]), "flipped": "".join(paths[True]), "x": line, "y": SIDE - line}
