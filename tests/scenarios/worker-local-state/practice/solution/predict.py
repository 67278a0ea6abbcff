"""`POST /predict` with a correction for the season, which a nightly job posts to `/season`."""

import json
from pathlib import Path
from tempfile import gettempdir

from flask import Response, jsonify, request
from prod.shipped_predict import *
from prod.shipped_predict import blueprint

from prod.service import service

SEASON = Path(gettempdir(), "season.json")
"""What all workers read."""


@blueprint.post("/season")
def set_factor() -> Response:
    """Remember it."""
    aside = SEASON.with_suffix(".new")
    aside.write_text(json.dumps(request.get_json()))
    aside.replace(SEASON)
    return jsonify(request.get_json())


@blueprint.after_request
def corrected(response: Response) -> Response:
    """Multiply each probability, and decide again."""
    answer = response.get_json()
    season = json.loads(SEASON.read_text()) if SEASON.exists() else {"factor": 0.8}
    for each in answer.get("predictions", ()):
        each["late_probability"] *= season["factor"]
        each["late"] = each["late_probability"] >= service().passport.threshold
    response.set_data(json.dumps(answer))
    return response
