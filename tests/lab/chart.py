"""A bar chart for README: how many of the breaks each way of looking notices, as measured."""

from collections.abc import Mapping

LEFT, WIDTH, ROW, TOP = 320, 400, 34, 54
STYLE = """
  text { font: 15px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .few { fill: #8c959f } .all { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .few { fill: #6e7681 } .all { fill: #3fb950 } }
"""
BARS = {
    "freeze": "comparing pip freeze",
    "check": "pip check",
    "warning": "scikit-learn's version warning",
    "smoke": "a smoke test: 200 OK?",
    "caught": "contract, guard, gate, replay, monitor",
}


def svg(counts: Mapping[str, int]) -> str:
    """The chart of `figures.counts`; light or dark as the reader's page is."""
    shown = counts["shown"]
    title = f"{shown} ways to break parity: who notices?"
    lines = [f'  <text class="title" x="16" y="30">{title}</text>']
    for number, (name, label) in enumerate(BARS.items()):
        y, count = TOP + ROW * number, counts[name]
        kind = "all" if name == "caught" else "few"
        length = max(2, round(WIDTH * count / max(1, shown)))
        lines += [
            f'  <text x="16" y="{y + 16}">{label}</text>',
            f'  <rect class="{kind}" x="{LEFT}" y="{y}" width="{length}" height="22" rx="3"/>',
            f'  <text x="{LEFT + length + 10}" y="{y + 16}">{count}</text>',
        ]
    height, width = TOP + ROW * len(BARS) + 6, LEFT + WIDTH + 60
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">'
    return "\n".join([head, f"  <style>{STYLE}  </style>", *lines, "</svg>", ""])
