"""The page for people: try a flight, see the model's card, its lineage and its parity."""

import json
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request

from prod.graph import Graph, graph
from prod.service import service
from shared import contract, names
from shared.artifact import Passport

GROUPS = {
    "Flight": ("carrier", "origin", "destination", "distance_miles"),
    "Timetable": ("scheduled_departure", "scheduled_arrival"),
    "Airport now": ("departures_this_hour", "recent_delay_minutes", "recent_carrier_delay_minutes"),
    "Weather at origin": ("temperature", "dew", "humidity", "wind", "precipitation", "pressure", "visibility"),
    "More": ("",),
}
"""Headings of the form, and how the names of their fields start."""
UNITS = {
    "degF": "°F",
    "degree": "°",
    "flight": "flights",
    "inch/hour": "in/h",
    "mile": "mi",
    "minute": "min",
    "percent": "%",
}
UNIT_WORDS = ("_degrees", "_f", "_hpa", "_inches", "_miles", "_minutes", "_mph", "_percent")
SCORES = {
    "roc_auc": ("ROC AUC", "higher", "how often a late flight gets a higher probability than a punctual one"),
    "average_precision": ("Average precision", "higher", "precision, averaged over all thresholds"),
    "log_loss": ("Log loss", "lower", "punishes confident mistakes hardest"),
    "brier_score": ("Brier score", "lower", "mean squared error of the probabilities"),
    "calibration_error": ("Calibration error", "lower", "mean distance of probability from share late"),
}
GRAPH_SECONDS = 60
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

blueprint = Blueprint("page", __name__)


@dataclass(frozen=True)
class Field:
    """One input of the form, from one field of the contract.

    Attributes:
        value: of the sample request, as text; empty for null.
        kind: `number` (sent as one), `time` or `text`.
        nullable: sent as null if empty.
        choices: every value that the contract allows, if it lists them.
        seen: values seen in training, where others are allowed too.
    """

    name: str
    label: str
    hint: str
    limits: str
    unit: str
    value: str
    kind: str
    nullable: bool
    choices: list[str]
    seen: list[str]


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
        groups=_groups(sample["instances"][0], passport),
        curl=_curl(sample),
        scores=_scores(passport.metrics),
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


def _groups(row: dict[str, Any], passport: Passport) -> dict[str, list[Field]]:
    """The fields of the contract under their headings."""
    properties = contract.json_schema()["$defs"]["Row"]["properties"]
    groups: dict[str, list[Field]] = {title: [] for title in GROUPS}
    for name, schema in properties.items():
        title = next(title for title, starts in GROUPS.items() if name.startswith(starts))
        groups[title].append(_field(name, schema, row.get(name), passport))
    return {title: fields for title, fields in groups.items() if fields}


def _field(name: str, schema: dict[str, Any], value: Any, passport: Passport) -> Field:
    nullable = "anyOf" in schema
    schema = schema["anyOf"][0] if nullable else schema
    label = next((name.removesuffix(word) for word in UNIT_WORDS if name.endswith(word)), name)
    limits = f"{schema['minimum']:,} to {schema['maximum']:,}" if "minimum" in schema else ""
    return Field(
        name,
        label.replace("_", " ").capitalize(),
        schema["description"],
        limits.replace("-", "\N{MINUS SIGN}"),
        UNITS.get(schema.get("x-unit", ""), schema.get("x-unit", "")),
        "" if value is None else str(value),
        "time" if schema.get("format") == "date-time" else "number" if "minimum" in schema else "text",
        nullable,
        schema.get("enum", []),
        sorted(passport.distribution.columns[name].shares) if name in contract.OPEN_CATEGORIES else [],
    )


def _curl(body: dict[str, Any]) -> str:
    lines = [
        f"curl -sS {shlex.quote(request.host_url + 'predict')}",
        "-H 'Content-Type: application/json'",
        f"--data {shlex.quote(json.dumps(body, indent=2))}",
    ]
    return " \\\n  ".join(lines)


def _scores(metrics: dict[str, Any]) -> list[tuple[str, str, str, float, float]]:
    """Name, better direction, meaning, and the score of model and baseline, for each single number."""
    return [
        (*SCORES.get(name, (name, "", "")), score, metrics["baseline"][name])
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
