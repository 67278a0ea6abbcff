"""Is it alive, and may it be sent requests?"""

from flask import Blueprint, Response, jsonify

from prod.drain import draining
from prod.service import service

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """The process answers."""
    return jsonify(status="alive")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """The model is loaded and verified, and the worker is not about to stop."""
    verdict = service().verdict
    status, code = ("draining", 503) if draining.is_set() else ("ready", 200)
    return jsonify(status=status, model_version=verdict.version, guard=verdict.outcome), code
