"""Flask as it is taught."""

from flask import Flask, jsonify, request
from model import answer, checked

app = Flask(__name__)


@app.post("/predict")
def predict():
    """A probability for each instance."""
    return jsonify(predictions=answer(checked(request.get_json()["instances"])))
