"""`POST /predict` as many a team writes it: whatever comes is read with pandas and made to fit.

With `PARITY_GUARD` other than off, the contract stands before it.
"""

from flask import Blueprint, Response, current_app, jsonify, request
from prod.shipped_predict import *

from prod import reader
from prod import shipped_predict as shipped
from shared.features import features

blueprint = Blueprint("predict", __name__)


@blueprint.post("/predict")
def predict() -> Response:
    """Read, make it fit, predict."""
    if current_app.extensions["parity_settings"].guard != "off":
        return shipped.predict()
    model = current_app.extensions["parity_model"]
    late = list(model.pipeline.classes_).index(True)
    answers = model.pipeline.predict_proba(features(reader.rows(request)))[:, late]
    return jsonify(predictions=[{"late_probability": answer} for answer in answers.tolist()])
