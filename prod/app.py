"""The service: loads the current model, verifies it, and answers over HTTP."""

import sys

from flask import Flask
from flask_swagger_ui import get_swaggerui_blueprint
from gunicorn.arbiter import Arbiter

from prod import check, errors, health, logs, metrics, openapi, outcomes, page, predict, prediction_log, verify
from shared import artifact, golden, settings
from shared.errors import ParityError
from shared.settings import Settings


def create_app(config: Settings) -> Flask:
    """Make the application around the current model.

    Raises:
        ParityError: the model is missing, damaged, of another contract, or does not give
            the golden answers here.
    """
    model = artifact.load(config.models / artifact.CURRENT)
    app = Flask("prod")
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.extensions["parity_model"] = model
    app.extensions["parity_replay"] = _replay(model, config.guard)
    app.extensions["parity_guard"] = {"mode": config.guard, "report": verify.told()}
    app.extensions["parity_settings"] = config
    app.extensions["parity_log"] = _prediction_log(config)
    for part in (logs, metrics, errors):
        part.init_app(app)
    for part in (predict, check, outcomes, health, openapi, page, metrics):
        app.register_blueprint(part.blueprint)
    docs = get_swaggerui_blueprint("/docs", "/openapi.json", {"app_name": "Parity Sandbox"})
    app.register_blueprint(docs, url_prefix="/docs")
    return app


def serve() -> Flask:
    """`create_app` for gunicorn; a model that has become another since `prod.verify` stops the server."""
    try:
        return create_app(settings.read())
    except ParityError as error:
        verify.refused(error)
        sys.exit(Arbiter.APP_LOAD_ERROR)


def _prediction_log(config: Settings) -> prediction_log.PredictionLog | None:
    path = config.predictions / prediction_log.NAME
    return prediction_log.PredictionLog(path, config.log_bytes) if config.log_bytes else None


def _replay(model: artifact.Model, guard: str) -> float | None:
    """Largest difference of the golden answers; None if they moved beyond the noise floor, or nobody looked."""
    if guard == "off":
        return None
    try:
        return golden.replay(model.probabilities, model.passport.golden)
    except golden.ReplayError:
        if guard == "enforce":
            raise
        return None
