"""Who notices how many of the breaks, as a picture for README: measured, from a record of scenarios."""

from typing import Any

from tests.lab import catalog

LEFT, WIDTH, ROW, TOP = 320, 400, 34, 54
STYLE = """
  text { font: 15px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600 } .few { fill: #8c959f } .all { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .few { fill: #6e7681 } .all { fill: #3fb950 } }
"""


def svg(record: dict[str, Any]) -> str:
    """A bar for each way of looking; light or dark as the reader's page is."""
    breaks = catalog.shown(record)
    seen, of = [catalog.noticed(each) for each in breaks], len(breaks)
    bars = [
        ("comparing pip freeze", sum(each["freeze"] for each in seen)),
        ("pip check", sum(each["check"] for each in seen)),
        ("scikit-learn's version warning", sum(each["warning"] for each in seen)),
        ("a smoke test: 200 OK?", sum(each["smoke"] for each in seen)),
        ("contract, guard, gate, replay, monitor", catalog.caught(breaks)),
    ]
    title = f"{of} ways to break parity: who notices?"
    lines = [f'  <text class="title" x="16" y="30">{title}</text>']
    for number, (name, count) in enumerate(bars):
        y = TOP + ROW * number
        kind = "all" if number == len(bars) - 1 else "few"
        length = max(2, round(WIDTH * count / of))
        lines += [
            f'  <text x="16" y="{y + 16}">{name}</text>',
            f'  <rect class="{kind}" x="{LEFT}" y="{y}" width="{length}" height="22" rx="3"/>',
            f'  <text x="{LEFT + length + 10}" y="{y + 16}">{count}</text>',
        ]
    height, width = TOP + ROW * len(bars) + 6, LEFT + WIDTH + 60
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{title}">'
    return "\n".join([head, f"  <style>{STYLE}  </style>", *lines, "</svg>", ""])
