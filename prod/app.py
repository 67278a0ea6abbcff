"""The service: the model that was examined, and its answers over HTTP."""

import logging
import sys

from flask import Flask
from flask_swagger_ui import get_swaggerui_blueprint
from gunicorn.arbiter import Arbiter

from prod import check, errors, guard, health, hosts, logs, metrics, openapi, outcomes, page, predict
from prod.guard import Examined
from prod.prediction_log import PredictionLog
from prod.service import KEY, Service
from shared import artifact, names, prediction_log, settings
from shared.errors import ParityError
from shared.settings import Settings

log = logging.getLogger("prod")


def create_app(config: Settings, examined: Examined | None = None) -> Flask:
    """Make the application around a model.

    Args:
        examined: by the master; if there is none, the current model is examined here.

    Raises:
        ParityError: the model is missing, damaged, of another contract, or does not give
            the golden answers here.
    """
    examined = examined or guard.examine_here(config)
    contents, verdict = examined.contents, examined.verdict
    scorer = artifact.scorer(contents, verdict.scorer)
    fields = {"model_version": verdict.version, "guard": verdict.outcome, "scorer": verdict.scorer}
    log.info("worker serves", extra=fields)
    metrics.serves(verdict)
    counts = metrics.Counts(verdict.version)
    service = Service(scorer, contents.passport, counts, verdict, config, _prediction_log(config))
    app = Flask("prod")
    app.config["MAX_CONTENT_LENGTH"] = config.max_body_bytes
    app.extensions[KEY] = service
    for part in (logs, metrics, errors, hosts):
        part.init_app(app)
    for part in (predict, check, outcomes, health, openapi, page, metrics):
        app.register_blueprint(part.blueprint)
    docs = get_swaggerui_blueprint("/docs", "/openapi.json", {"app_name": names.TITLE})
    app.register_blueprint(docs, url_prefix="/docs")
    return app


def serve() -> Flask:
    """`create_app` for gunicorn, of the model that the master holds."""
    try:
        return create_app(settings.read(), guard.held)
    except ParityError as error:
        guard.refuse(error)
        sys.exit(Arbiter.APP_LOAD_ERROR)


def _prediction_log(config: Settings) -> PredictionLog | None:
    path = config.predictions / prediction_log.NAME
    return PredictionLog(path, config.log_bytes) if config.log_bytes else None
