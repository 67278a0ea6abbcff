"""The service: loads the current model, verifies it, and answers over HTTP."""

import logging
import sys

from flask import Flask
from flask_swagger_ui import get_swaggerui_blueprint
from gunicorn.arbiter import Arbiter

from prod import errors, health, logs, metrics, openapi, page, predict
from shared import artifact, golden, settings
from shared.errors import ParityError
from shared.settings import Settings

log = logging.getLogger("prod")


def create_app(config: Settings) -> Flask:
    """Make the application around the current model.

    Raises:
        ParityError: the model is missing, damaged, of another contract, or does not give
            the golden answers here.
    """
    model = artifact.load(config.models / artifact.CURRENT)
    moved = golden.replay(model.probabilities, model.passport.golden)
    log.info(
        "model verified",
        extra={
            "model_version": model.passport.version,
            "golden_requests": len(model.passport.golden.requests),
            "largest_difference": moved,
        },
    )
    app = Flask("prod")
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.extensions["parity_model"] = model
    app.extensions["parity_settings"] = config
    for part in (logs, metrics, errors):
        part.init_app(app)
    for blueprint in (predict.blueprint, health.blueprint, openapi.blueprint, page.blueprint):
        app.register_blueprint(blueprint)
    app.register_blueprint(metrics.blueprint)
    docs = get_swaggerui_blueprint("/docs", "/openapi.json", {"app_name": "Parity Sandbox"})
    app.register_blueprint(docs, url_prefix="/docs")
    return app


def serve() -> Flask:
    """`create_app` for gunicorn: a refused model stops the server, and says why in the log."""
    try:
        return create_app(settings.read())
    except ParityError as error:
        log.critical(error.what, extra={"evidence": error.evidence, "remedy": error.remedy})
        sys.exit(Arbiter.APP_LOAD_ERROR)
