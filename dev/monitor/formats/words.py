"""The verdict in sentences: why, and what to do."""

import datetime as dt

from dev.monitor.finding import Kind
from dev.monitor.judge import Judgement

MEANING = {
    Kind.FINE: "rows and answers look like those of training",
    Kind.WATCH: "the world has moved, and as far as is known the model is still right",
    Kind.RETRAIN: "drift: the world has moved away from what the model has learned",
    Kind.SKEW: "the rows are broken: they changed as no world does",
}


def summary(judged: Judgement) -> str:
    """Why, in one sentence."""
    worst = [each for each in judged.findings if each.kind is judged.verdict]
    if not worst:
        return MEANING[judged.verdict]
    more = f" (and {len(worst) - 1} more)" if len(worst) > 1 else ""
    return f"{MEANING[judged.verdict]}: {worst[0].what}{more}"


def following(judged: Judgement) -> str:
    """What to do next."""
    if judged.verdict is Kind.SKEW:
        those = [each for each in judged.findings if each.kind is Kind.SKEW]
        names = sorted({name for each in those for name in each.columns})
        since, until = period(judged.windows[min(each.first for each in those)].first, judged.windows[-1].last)
        return (
            f"do not train on these rows; look where {', '.join(names)} come from, at what changed about {since}; once "
            f'it is mended, leave them out: make monitor ARGS="--without {since}/{until}"'
        )
    if judged.verdict is Kind.RETRAIN:
        return "train on newer rows, and publish what is better: make dev"
    if judged.verdict is Kind.WATCH:
        return "nothing yet; look again when there are more rows" + (
            "" if judged.quality else ", and send the truth, which would tell: POST /outcomes"
        )
    return "nothing" + ("" if judged.quality else "; the truth would tell more: POST /outcomes")


def period(first: str, last: str) -> tuple[str, str]:
    """Both in whole seconds, the end after what was answered last."""
    end = dt.datetime.fromisoformat(last).replace(microsecond=0) + dt.timedelta(seconds=1)
    return f"{first[:19]}Z", f"{end:%Y-%m-%dT%H:%M:%SZ}"
