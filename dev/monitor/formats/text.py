"""The judgement for people."""

from collections.abc import Iterator

from dev.monitor.formats import words
from dev.monitor.judge import OF_COLUMNS, Judgement
from dev.monitor.reason import Kind

MAX_REASONS = 8
"""Of a kind, listed one by one."""


def text(judged: Judgement) -> str:
    """The verdict first, then why, then the columns."""
    return "\n".join(_lines(judged)) + "\n"


def _lines(judged: Judgement) -> Iterator[str]:
    yield f"{judged.verdict.upper()}: {words.MEANING[judged.verdict]}"
    for kind in (Kind.SKEW, Kind.RETRAIN, Kind.WATCH):
        reasons = [reason for reason in judged.reasons if reason.kind is kind]
        yield from (f"  {kind:<8} {reason.what}{_since(judged, reason.first)}" for reason in reasons[:MAX_REASONS])
        if len(reasons) > MAX_REASONS:
            yield f"  {kind:<8} and {len(reasons) - MAX_REASONS} more"
    yield f"  {'next':<8} {words.following(judged)}"
    yield words.counted(judged)
    if judged.quality:
        scores = ", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in judged.quality.items())
        yield f"outcomes known of {judged.outcomes:,} rows: {scores}"
    else:
        known = (
            f"outcomes are known of {judged.outcomes:,} rows, too few" if judged.outcomes else "no outcomes are known"
        )
        yield f"{known} (POST /outcomes): the quality of the answers was not judged"
    yield f"{'mean over windows':<30}" + "".join(f"{test:>10}" for test in OF_COLUMNS)
    for name, values in judged.reported():
        shown = ("" if values[test] is None else f"{values[test]:.3f}" for test in OF_COLUMNS)
        yield f"{name:<30}" + "".join(f"{value:>10}" for value in shown)


def _since(judged: Judgement, first: int) -> str:
    return f" (since {judged.windows[first].first[:16]}Z)" if first else ""
