"""Serve the pickle, and decide: `decide:app`. There is no default for what somebody has to choose."""

import os

from serve import app

THRESHOLD = float(os.environ["DECISION_THRESHOLD"])


@app.after_request
def decide(response):
    """Say for each probability whether somebody is to be told."""
    answer = response.get_json()
    for each in answer.get("predictions", ()):
        each["late"] = each["late_probability"] >= THRESHOLD
    response.set_data(app.json.dumps(answer))
    return response
