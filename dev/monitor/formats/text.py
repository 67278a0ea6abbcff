"""The judgement for people."""

from collections.abc import Iterator

from dev.monitor.finding import Kind
from dev.monitor.formats import words
from dev.monitor.judge import OF_COLUMNS, Judgement

MOST = 8
"""Findings of a kind that are told one by one."""


def text(judged: Judgement) -> str:
    """The verdict first, then why, then the columns."""
    return "\n".join(_lines(judged)) + "\n"


def _lines(judged: Judgement) -> Iterator[str]:
    yield f"{judged.verdict.upper()}: {words.MEANING[judged.verdict]}"
    for kind in (Kind.SKEW, Kind.RETRAIN, Kind.WATCH):
        those = [each for each in judged.findings if each.kind is kind]
        yield from (f"  {kind:<8} {each.what}{_when(judged, each.first)}" for each in those[:MOST])
        if len(those) > MOST:
            yield f"  {kind:<8} and {len(those) - MOST} more"
    yield f"  {'next':<8} {words.following(judged)}"
    yield (
        f"{judged.rows:,} rows in {len(judged.windows)} windows of {judged.window_rows:,}, answered by "
        f"{judged.version} from {judged.windows[0].first[:16]}Z to {judged.windows[-1].last[:16]}Z"
        + (f"; {judged.left_over} rows more make no window" if judged.left_over else "")
        + ("; older rows were not looked at (--rows)" if judged.truncated else "")
    )
    if judged.quality:
        told = ", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in judged.quality.items())
        yield f"truth known of {judged.truths:,} rows: {told}"
    else:
        yield "the truth is not known (POST /outcomes): neither AUC nor calibration was judged"
    yield f"{'mean over windows':<30}" + "".join(f"{name:>10}" for name in OF_COLUMNS)
    for name, values in judged.reported():
        shown = ("" if values[test] is None else f"{values[test]:.3f}" for test in OF_COLUMNS)
        yield f"{name:<30}" + "".join(f"{each:>10}" for each in shown)


def _when(judged: Judgement, first: int) -> str:
    return f" (since {judged.windows[first].first[:16]}Z)" if first else ""
