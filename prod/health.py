"""Is it alive, and may it be sent requests?"""

from flask import Blueprint, Response, current_app, jsonify

from prod import worker
from shared.artifact import Model

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """The model is loaded and verified, and the worker is not about to stop."""
    model: Model = current_app.extensions["parity_model"]
    version = model.passport.version
    if worker.draining.is_set():
        return jsonify(status="draining", model_version=version), 503
    return jsonify(status="ready", model_version=version), 200
