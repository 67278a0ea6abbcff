"""What a report rests on, in a line a side: which Python, what was compared, what was not and why, what answered."""

from collections.abc import Mapping
from typing import Any

from shared.compare.checks import scorer
from shared.compare.report import Report

MAX_UNSEEN = 3
UNITS = ("bytes", "kB", "MB", "GB", "TB")


def compared(report: Report) -> list[str]:
    """A line for every side of which it is known."""
    return [
        f"compared {side.upper()}: {_line(report.compared[side])}" for side in ("a", "b") if report.compared.get(side)
    ]


def judged(report: Report) -> list[str]:
    """How answers were judged, which scorer gave them, and what the requests lack; nothing without a replay."""
    measure = report.measure
    if "noise_floor" not in measure:
        return []
    how = "allowed by --tolerance" if measure.get("tolerance") is not None else "the measured noise floor"
    words = [f"numbers may move by {measure['noise_floor']:.1e}, {how}"]
    words += [f"positive from {measure['threshold']}"] if measure.get("threshold") is not None else []
    words += [f"labels: {', '.join(measure['labels'])}"] if measure.get("labels") else []
    scorers = measure.get("scorers") or {}
    return [
        f"judged: {'; '.join(words)}",
        *(f"answered {side.upper()}: {scorer.words(scorer_of_side)}" for side, scorer_of_side in scorers.items()),
        *(f"golden requests lack: {kind}" for kind in report.lacking),
    ]


def _line(seen: Mapping[str, Any]) -> str:
    python = seen.get("python") or {}
    found = f" ({python['found']})" if python.get("found") else ""
    parts = [f"Python {python.get('version', 'unknown')}, {python.get('executable', 'unknown')}{found}"]
    parts.append(count(seen.get("packages") or 0, "package"))
    for name, noun in (("code", "code file"), ("files", "other file")):
        those = seen.get(name) or {}
        parts.append(f"{count(those.get('files') or 0, noun)} ({size(those.get('bytes') or 0)})")
    rest = seen.get("rest")
    if rest:
        parts.append(f"{count(rest['files'], 'further file')} by path and size ({size(rest['bytes'])})")
    unseen = [f"{item['item']} ({item['reason']})" for item in seen.get("not_seen") or ()]
    if unseen:
        more = f" and {len(unseen) - MAX_UNSEEN} more" if len(unseen) > MAX_UNSEEN else ""
        parts.append(f"not seen: {'; '.join(unseen[:MAX_UNSEEN])}{more}")
    return ", ".join(parts)


def count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(number: float) -> str:
    """Bytes, in a unit in which there are fewer than a thousand."""
    for unit in UNITS[:-1]:
        if number < 1000:
            return f"{number:,.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} {UNITS[-1]}"
