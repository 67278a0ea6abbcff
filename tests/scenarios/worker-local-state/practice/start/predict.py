"""`POST /predict` with a correction for the season, which a nightly job posts to `/season`."""

import json

from flask import Response, jsonify, request
from prod.shipped_predict import *
from prod.shipped_predict import blueprint

from prod.service import service

season = {"factor": 0.8}
"""The factor when the service starts."""


@blueprint.post("/season")
def set_factor() -> Response:
    """Remember it."""
    season.update(request.get_json())
    return jsonify(season)


@blueprint.after_request
def corrected(response: Response) -> Response:
    """Multiply each probability, and decide again."""
    answer = response.get_json()
    for each in answer.get("predictions", ()):
        each["late_probability"] *= season["factor"]
        each["late"] = each["late_probability"] >= service().passport.threshold
    response.set_data(json.dumps(answer))
    return response
