"""No application without a model that is whole."""

import json
import shutil
from pathlib import Path

import pytest

from prod.app import create_app
from prod.guard import GuardError
from shared.artifact import CURRENT, MANIFEST, MODEL, ArtifactError
from shared.settings import Settings
from tests.unit.tiny import config, write_sealed


@pytest.fixture
def artifacts(trained: Settings, tmp_path: Path) -> Path:
    """Artifacts of the test's own."""
    shutil.copytree(trained.models, tmp_path / "models", symlinks=True)
    return tmp_path


def test_without_a_model_there_is_no_service(tmp_path: Path) -> None:
    """The error says what to type."""
    with pytest.raises(ArtifactError, match="make dev"):
        create_app(config(tmp_path))


def test_a_damaged_model_is_not_served(artifacts: Path) -> None:
    """Whatever else is set."""
    (artifacts / "models" / CURRENT / MODEL).write_bytes(b"damaged")
    with pytest.raises(ArtifactError, match="is damaged"):
        create_app(config(artifacts))


def test_a_model_with_other_answers_is_not_served(artifacts: Path) -> None:
    """Its golden answers are asked for before it answers anybody."""
    folder = artifacts / "models" / CURRENT
    passport = json.loads((folder / MANIFEST).read_text())
    passport["golden"]["scores"][3][0] += 1e-9
    write_sealed(folder, passport)
    with pytest.raises(GuardError, match="golden request 3"):
        create_app(config(artifacts))
