"""Serve the pickle: `gunicorn serve:app`."""

import pickle

from flask import Flask, jsonify, request
from prepare import columns
from train import MODEL, positive

app = Flask("team")
model = pickle.loads(MODEL.read_bytes())


@app.post("/predict")
def predict():
    """A probability for each flight."""
    answers = positive(model, columns(request.get_json()["instances"]))
    return jsonify(predictions=[{"late_probability": answer} for answer in answers])


@app.get("/health")
@app.get("/ready")
def ready():
    """It runs."""
    return jsonify(status="ok")
