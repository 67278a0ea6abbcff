"""Serve the pickle, and decide: `decide:app`."""

import os

from serve import app

THRESHOLD = float(os.environ.get("DECISION_THRESHOLD", "0.5"))


@app.after_request
def decide(response):
    """Say for each probability whether somebody is to be told."""
    answer = response.get_json()
    for each in answer.get("predictions", ()):
        each["late"] = each["late_probability"] >= THRESHOLD
    response.set_data(app.json.dumps(answer))
    return response
