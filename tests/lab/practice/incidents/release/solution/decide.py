"""Serve the pickle, and decide: `decide:app`. A setting that decides has no default."""

import os

from serve import app

THRESHOLD = float(os.environ["DECISION_THRESHOLD"])


@app.after_request
def decide(response):
    """Decide for each probability whether the flight counts as late."""
    answer = response.get_json()
    for prediction in answer.get("predictions", ()):
        prediction["late"] = prediction["late_probability"] >= THRESHOLD
    response.set_data(app.json.dumps(answer))
    return response
