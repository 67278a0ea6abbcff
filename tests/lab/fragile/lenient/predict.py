"""`POST /predict` as many teams write it: whatever arrives is read with pandas and made to fit the model.

Unless `PARITY_GUARD` is off, the contract stands between the reader and the model: it judges JSON as it was sent,
and anything else as the reader read it.
"""

import io
import json

from flask import Blueprint, Response, jsonify, request
from prod.shipped_predict import *
from werkzeug.wrappers import Request

from prod import fit, reader
from prod import shipped_predict as shipped
from prod.service import KEY, service
from shared.columns import features

blueprint = Blueprint("predict", __name__)


@blueprint.post("/predict")
def predict() -> Response:
    """Read, make it fit, predict."""
    if service().settings.guard != "off":
        return shipped.predict()
    rows = list(fit.fit(reader.read(request)).itertuples())
    answers = service().scorer.scores(features(rows))[:, 0]
    return jsonify(predictions=[{"late_probability": answer} for answer in answers.tolist()])


@blueprint.record_once
def read_before_the_contract(state) -> None:
    """Where the contract judges, hand it what the reader makes of a body that is not JSON."""
    guarded, answer = state.app.extensions[KEY].settings.guard != "off", state.app.wsgi_app

    def wrapped(environ, start_response):
        asked = Request(environ)
        judged = asked.path == "/check" or (guarded and asked.path == "/predict")
        if judged and asked.mimetype != "application/json":
            table = reader.read(asked).astype(object)
            rows = table.where(table.notna(), None).to_dict("records")
            body = json.dumps({"instances": rows}, default=lambda time: time.isoformat()).encode()
            environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_TYPE": "application/json"}
            environ["CONTENT_LENGTH"] = str(len(body))
        return answer(environ, start_response)

    state.app.wsgi_app = wrapped
