"""The page for people: try a row, see the model's card, its lineage and its parity."""

import json
import shlex
import time
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request

from prod import form
from prod.chart import chart
from prod.graph import Graph, graph
from prod.service import service
from shared import names
from shared.artifact import Passport
from shared.problem import words
from shared.problem.target import ROW, ROWS

SCORES = {
    "roc_auc": (
        "ROC AUC",
        "higher",
        "how often one that is {positive} ranks above one that is {negative}",
    ),
    "average_precision": ("Average precision", "higher", "precision, averaged over all thresholds"),
    "log_loss": ("Log loss", "lower", "punishes confident mistakes hardest"),
    "brier_score": ("Brier score", "lower", "mean squared error of the probabilities"),
    "calibration_error": ("Calibration error", "lower", "mean distance of probability from share {happened}"),
    "accuracy": ("Accuracy", "higher", "share of {rows} whose likeliest class was right"),
    "macro_f1": ("Macro F1", "higher", "precision and recall in one, the mean over all classes"),
    "rmse": ("Root mean squared error", "lower", "in {unit}; large errors count most"),
    "mae": ("Mean absolute error", "lower", "how far answers are off on average, in {unit}"),
    "r2": ("R²", "higher", "share of the variance that is explained"),
    "bias": ("Bias", "nearer to 0", "mean of answer minus truth, in {unit}"),
}
"""By name, in words: a score, which end of it is better, and what it measures."""
GRAPH_SECONDS = 60
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

blueprint = Blueprint("page", __name__)


@blueprint.get("/")
def index() -> Response:
    """The page."""
    passport, verdict, config = service().passport, service().verdict, service().settings
    here = config.image
    sample = json.loads(files("shared.problem").joinpath("sample_request.json").read_text("utf-8"))
    text = render_template(
        "index.html",
        project=names.TITLE,
        passport=passport,
        title=words.TITLE,
        lead=words.LEAD,
        target=passport.target,
        row=ROW,
        rows=ROWS,
        unit=form.sign(passport.target.get("unit", "")),
        split=passport.parameters.get("split", {}),
        groups=form.groups(sample["instances"][0], passport),
        curl=_curl(sample),
        scores=_scores(passport),
        chart=chart(passport),
        environment=_facts(passport.environment),
        image=here,
        same_image=None if "unknown" in (here, passport.image["id"]) else here == passport.image["id"],
        moved=verdict.moved,
        guard=verdict,
        graph=_graph(config.models / passport.version, int(time.monotonic() // GRAPH_SECONDS)),
    )
    return Response(text, headers=HEADERS, mimetype="text/html")


@lru_cache(maxsize=1)
def _graph(model: Path, _: int) -> Graph | None:
    """Counted anew from time to time only: it reads the whole prediction log."""
    return graph(model)


def _curl(body: dict[str, Any]) -> str:
    lines = [
        f"curl -sS {shlex.quote(request.host_url + 'predict')}",
        "-H 'Content-Type: application/json'",
        f"--data {shlex.quote(json.dumps(body, indent=2))}",
    ]
    return " \\\n  ".join(lines)


def _scores(passport: Passport) -> list[tuple[str, str, str, float, float]]:
    """Name, better direction, meaning, and the score of model and baseline, for each single number."""
    target, metrics = passport.target, passport.metrics
    happened = {"binary": f"that is {target.get('positive')}", "multiclass": "that was right"}.get(target["kind"], "")
    texts = {
        "row": ROW,
        "rows": ROWS,
        "positive": target.get("positive", ""),
        "negative": target.get("negative", ""),
        "happened": happened,
        "unit": form.sign(target.get("unit", "")) or "its unit",
    }
    return [
        (*(text.format(**texts) for text in SCORES.get(name, (name, "", ""))), score, metrics["baseline"][name])
        for name, score in metrics["model"].items()
        if isinstance(score, float)
    ]


def _facts(environment: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What each fact of a snapshot says, as texts by path; of packages, their versions."""
    facts = {}
    for name, fact in environment["facts"].items():
        value = fact.get("unknown", "unknown") if fact["value"] is None else fact["value"]
        if name == "packages" and isinstance(value, dict):
            value = {package: record["version"] for package, record in value.items()}
        facts[name] = dict(_flat("", value))
    return facts


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list) and not any(isinstance(element, dict) for element in value):
        value = ", ".join(map(str, value))
    if isinstance(value, dict | list) and value:
        for name, element in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _flat(f"{path} {name}".strip(), element)
    elif value is None:
        yield path, "unknown"
    else:
        yield path, "none" if value in ("", [], {}) else str(value)
