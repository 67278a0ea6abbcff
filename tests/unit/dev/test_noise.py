"""The noise floor: as large as what moves between processes that must agree, and no larger."""

from pathlib import Path

import pytest

from dev import noise
from dev.noise import NoiseError
from shared.artifact import Model
from shared.golden import RESOLUTION


def test_every_variation_is_measured(model: Model) -> None:
    """The floor is the largest of them all, and all are recorded by name."""
    recorded = model.passport.golden
    assert set(recorded.noise) >= {"one thread", "one row at a time", *noise.variations()}
    assert recorded.noise_floor == max(*recorded.noise.values(), RESOLUTION)


def test_a_variation_is_another_environment() -> None:
    """Each sets a variable, and no two set the same."""
    names = [name for variables in noise.variations().values() for name in variables]
    assert len(names) == len(set(names)) == len(noise.variations())


def test_a_process_that_fails_is_an_error(tmp_path: Path) -> None:
    """Without its answers there is no floor: training ends with what the process printed."""
    with pytest.raises(NoiseError) as caught:
        noise._answers(tmp_path / "nowhere", {"PYTHONHASHSEED": "1"})
    assert "manifest.json cannot be read" in caught.value.evidence
    assert "PYTHONHASHSEED" in caught.value.evidence


def test_a_process_that_takes_too_long_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback; it names what differed."""
    monkeypatch.setattr(noise, "TIMEOUT_SECONDS", 0.01)
    with pytest.raises(NoiseError, match="too long") as caught:
        noise._answers(tmp_path, {"PYTHONHASHSEED": "1"})
    assert "PYTHONHASHSEED" in caught.value.evidence
