"""What was measured, as Markdown and as a chart for README."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

LOADS = ((1, 1), (16, 1), (64, 1), (1, 100), (1, 1000))
"""Connections, and rows of a request."""
CHARTED = (64, 1)
OURS = "this project"
LEFT, WIDTH, ROW, TOP = 210, 420, 30, 54
STYLE = """
  text { font: 15px system-ui, sans-serif; fill: #1f2328 }
  line { stroke: #1f2328; stroke-width: 1.5 }
  .title { font-weight: 600 } .other { fill: #8c959f } .ours { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } line { stroke: #e6edf3 } .other { fill: #6e7681 } .ours { fill: #3fb950 }
  }
"""

Measured = Mapping[str, Mapping[str, Sequence[Any]]]
"""By service, then by load or by what else was measured: one value for each turn."""


def head(load: tuple[int, int]) -> str:
    """A load in a table: connections × rows."""
    return f"{load[0]} × {load[1]:,}"


def table(found: Measured, inside: Mapping[str, float]) -> str:
    """Medians over the turns, with the least and the greatest rate.

    Args:
        inside: milliseconds of the scorer without a service, by rows of a request.
    """
    heads = [head(load) for load in LOADS]
    named = ["service", *heads, "start, s", "memory, MB", "answers that differ, by at most", "requests that failed"]
    lines = [f"| {' | '.join(named)} |", "|---|" + "---:|" * (len(named) - 1)]
    for name, measured in found.items():
        sent = sum(load["sent"] for each in heads for load in measured[each])
        failed = sum(load["failed"] for each in heads for load in measured[each])
        cells = [_cell(measured[each]) for each in heads]
        cells += [f"{statistics.median(measured[each]):.1f}" for each in ("start s", "memory MB")]
        cells += [_apart(measured.get("apart")), f"{failed:,} of {sent:,}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    text = ", ".join(f"{rows} {time:.3g} ms" for rows, time in inside.items())
    about = "Requests a second (least to greatest of the turns), and p50 in ms, by connections × rows of a request."
    return "\n".join([*lines, "", f"{about} The scorer alone, by rows: {text}."])


def svg(found: Measured) -> str:
    """Requests a second of each service, the greatest first; the line is from the least to the greatest turn."""
    connections, rows = CHARTED
    title = f"One model, {connections} connections, {rows} row a request: requests a second"
    rates = {name: [load["rate"] for load in measured[head(CHARTED)]] for name, measured in found.items()}
    scale = WIDTH / max(max(each) for each in rates.values())
    lines = [f'  <text class="title" x="16" y="30">{title}</text>']
    for number, (name, each) in enumerate(sorted(rates.items(), key=lambda item: -statistics.median(item[1]))):
        y, length = TOP + ROW * number, scale * statistics.median(each)
        least, most = LEFT + scale * min(each), LEFT + scale * max(each)
        kind = "ours" if name == OURS else "other"
        lines += [
            f'  <text x="16" y="{y + 15}">{name}</text>',
            f'  <rect class="{kind}" x="{LEFT}" y="{y}" width="{length:.0f}" height="20" rx="3"/>',
            f'  <line x1="{least:.0f}" x2="{most:.0f}" y1="{y + 10}" y2="{y + 10}"/>',
            f'  <text x="{most + 10:.0f}" y="{y + 15}">{statistics.median(each):,.0f}</text>',
        ]
    size = f"0 0 {LEFT + WIDTH + 80} {TOP + ROW * len(rates) + 6}"
    first = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" role="img" aria-label="{title}">'
    return "\n".join([first, f"  <style>{STYLE}  </style>", *lines, "</svg>", ""])


def _cell(loads: Sequence[Mapping[str, float]]) -> str:
    rates = [load["rate"] for load in loads]
    p50 = statistics.median(load["p50"] for load in loads)
    return f"{statistics.median(rates):,.0f} ({min(rates):,.0f} to {max(rates):,.0f}), {p50:.2f}"


def _apart(turns: Sequence[Mapping[str, float]] | None) -> str:
    if not turns:
        return ""
    worst = max(turns, key=lambda each: (each["differ"], each["most"]))
    return f"{worst['differ']} of {worst['asked']}" + (f", {worst['most']:.1g}" if worst["differ"] else "")
