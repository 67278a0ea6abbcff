"""The OpenAPI document and the contract: valid, and true of what the service does."""

import jsonschema
import pytest
from flask import Flask
from openapi_spec_validator import validate

from prod.openapi import document
from shared import contract
from shared.artifact import Model
from tests.unit.prod.conftest import Client
from tests.unit.tiny import SAMPLE


def test_the_document_is_valid(client: Client) -> None:
    """Under OpenAPI 3.1, as it is served."""
    served = client.get("/openapi.json").json
    assert served == document()
    validate(served)


def test_every_path_of_the_api_is_documented(app: Flask) -> None:
    """And no other: what is not for machines is left out on purpose."""
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    pages = {rule for rule in routes if rule == "/" or rule.startswith(("/static", "/docs"))}
    assert set(document()["paths"]) == routes - pages


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/health", "application/json"),
        ("/ready", "application/json"),
        ("/model", "application/json"),
        ("/contract", "application/schema+json"),
        ("/openapi.json", "application/json"),
        ("/metrics", "text/plain"),
    ],
)
def test_documented_answers(client: Client, path: str, media: str) -> None:
    """Each path answers 200 with the media type that the document names; the client checks the schema."""
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, media)
    assert media in document()["paths"][path]["get"]["responses"]["200"]["content"]


def test_the_contract_served_is_the_one_enforced(client: Client) -> None:
    """A client can validate a row before it sends it."""
    schema = client.get("/contract").json
    assert schema == contract.json_schema()
    jsonschema.validate(SAMPLE, schema, jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError, match="131"):
        jsonschema.validate(SAMPLE | {"temperature_f": 131}, schema, jsonschema.Draft202012Validator)


def test_the_passport_served_is_the_models(client: Client, model: Model) -> None:
    """Golden requests and all, so that anybody can replay them."""
    shown = client.get("/model").json
    assert shown["version"] == model.passport.version
    assert shown["golden"]["scores"] == model.passport.golden.scores


def test_the_user_interface_is_there(client: Client) -> None:
    """Vendored, so that it works without network."""
    page = client.get("/docs/")
    assert page.status_code == 200
    assert "https://" not in page.text
