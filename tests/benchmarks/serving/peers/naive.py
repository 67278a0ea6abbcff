"""Flask as it is taught."""

from flask import Flask, jsonify, request
from model import answer

app = Flask(__name__)


@app.post("/predict")
def predict():
    """A probability for each instance."""
    return jsonify(predictions=answer(request.get_json()["instances"]))
