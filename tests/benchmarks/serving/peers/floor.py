"""An empty route in the project's own image and settings, with gunicorn's own worker."""

import msgspec
from flask import Flask, Response, request

decoder = msgspec.json.Decoder()


def serve():
    """Read the body, and answer nothing."""
    app = Flask("floor")

    @app.post("/predict")
    def predict() -> Response:
        decoder.decode(request.get_data())
        return Response(b'{"predictions":[]}', mimetype="application/json")

    @app.get("/ready")
    def ready() -> Response:
        return Response(b"{}", mimetype="application/json")

    return app
