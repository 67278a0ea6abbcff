"""The page for people: try a flight, see the model's card, its lineage and its parity."""

from flask import Blueprint, current_app, render_template

from shared import contract

blueprint = Blueprint("page", __name__)


@blueprint.get("/")
def index() -> str:
    """The page."""
    return render_template("index.html")
