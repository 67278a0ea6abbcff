"""`POST /predict`, whose rows are scored by Dask's workers."""

import os

import driver
import numpy as np
from flask import Blueprint, Response, jsonify
from prod.shipped_predict import *

from prod import rows
from prod.service import service
from shared.problem.target import TARGET

blueprint = Blueprint("predict", __name__)


@blueprint.post("/predict")
def predict() -> Response:
    """The contract's rows in, the workers' scores out."""
    passport = service().passport
    threshold = float(os.environ.get("DECISION_THRESHOLD") or passport.threshold)
    scores = driver.scores(rows.read())
    labels = TARGET.labels(np.array(scores).reshape(-1, 1), threshold).tolist()
    predictions = [{"late_probability": score, "late": label} for score, label in zip(scores, labels, strict=True)]
    return jsonify(predictions=predictions, model_version=passport.version)


@blueprint.record_once
def connect(_: object) -> None:
    """Before the first request: not every row can wait for workers that still load the model."""
    driver.connect()
