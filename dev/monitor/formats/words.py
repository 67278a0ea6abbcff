"""The verdict in sentences: why, and what to do."""

import datetime as dt

from dev.monitor.judge import Judgement
from dev.monitor.reason import Kind
from shared.times import rfc3339

MEANING = {
    Kind.FINE: "rows and answers look like those of training",
    Kind.WATCH: "the world has moved; as far as is known, the model is still right",
    Kind.RETRAIN: "drift: the world has moved away from what the model learned",
    Kind.SKEW: "the rows are broken: they changed as no world does",
}


def summary(judged: Judgement) -> str:
    """Why, in one sentence."""
    worst = [reason for reason in judged.reasons if reason.kind is judged.verdict]
    if not worst:
        return MEANING[judged.verdict]
    more = f" (and {len(worst) - 1} more)" if len(worst) > 1 else ""
    return f"{MEANING[judged.verdict]}: {worst[0].what}{more}"


def counted(judged: Judgement) -> str:
    """Which rows were judged."""
    windows, left_over = len(judged.windows), judged.left_over
    return (
        f"{judged.rows:,} rows in {_number(windows, 'window')} of {judged.window_rows:,}, answered by {judged.version} "
        f"from {judged.windows[0].first[:16]}Z to {judged.windows[-1].last[:16]}Z"
        + (f"; {_number(left_over, 'row')} left over (less than a window)" if left_over else "")
        + ("; older rows were left out (--rows)" if judged.truncated else "")
    )


def following(judged: Judgement) -> str:
    """What to do next."""
    if judged.verdict is Kind.SKEW:
        skewed = [reason for reason in judged.reasons if reason.kind is Kind.SKEW]
        names = sorted({name for reason in skewed for name in reason.columns})
        first = judged.windows[min(reason.first for reason in skewed)].first
        since, until = period(first, judged.windows[-1].last)
        return (
            f"do not train on these rows; find out what changed about {since} at the source of {', '.join(names)}, "
            f'and repair it; then leave these rows out: make monitor ARGS="--without {since}/{until}"'
        )
    if judged.verdict is Kind.RETRAIN:
        return "train on newer rows, and publish what is better: make dev"
    if judged.verdict is Kind.WATCH:
        return "nothing yet; look again when there are more rows" + (
            "" if judged.quality else ", and send outcomes, which decide: POST /outcomes"
        )
    return "nothing" + ("" if judged.quality else "; outcomes would show more: POST /outcomes")


def period(first: str, last: str) -> tuple[str, str]:
    """From one answer to the next second after another, in whole seconds."""
    end = dt.datetime.fromisoformat(last) + dt.timedelta(seconds=1)
    return rfc3339(dt.datetime.fromisoformat(first)), rfc3339(end)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
