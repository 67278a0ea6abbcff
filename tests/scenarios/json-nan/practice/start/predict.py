"""`POST /predict` that reports beside each probability how late the airline usually is."""

import pandas as pd
from flask import Response, jsonify, request
from prod.shipped_predict import *
from prod.shipped_predict import blueprint

USUAL = pd.read_csv("/scenario/airlines.csv", index_col="carrier")["usual_delay_minutes"]


@blueprint.after_request
def with_usual_delay(response: Response) -> Response:
    """Add it to each prediction."""
    answer = response.get_json()
    if "predictions" not in answer:
        return response
    carriers = pd.Series([flight["carrier"] for flight in request.get_json()["instances"]])
    for prediction, delay in zip(answer["predictions"], carriers.map(USUAL), strict=True):
        prediction["usual_delay_minutes"] = delay
    return jsonify(answer)
