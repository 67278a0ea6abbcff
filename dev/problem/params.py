"""The parameters of training, from `params.toml` beside this file."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from shared.errors import ParityError

PATH = Path(__file__).with_name("params.toml")


class ParamsError(ParityError):
    """`params.toml` is missing a parameter, or has a wrong one."""


@dataclass(frozen=True)
class PrepareParams:
    """How many rows may break the contract."""

    max_broken_share: float


@dataclass(frozen=True)
class SplitParams:
    """Dates that separate training, validation and test."""

    test_from: dt.date
    validate_from: dt.date


@dataclass(frozen=True)
class ModelParams:
    """Of the gradient boosting, and the seed of everything random."""

    learning_rate: float
    max_iter: int
    min_samples_leaf: int
    l2_regularization: float
    seed: int


@dataclass(frozen=True)
class GoldenParams:
    """How many golden requests to draw."""

    requests: int


@dataclass(frozen=True)
class WindowParams:
    """How batches are compared with training: see `dev/distribution.py`."""

    rows: int
    margin: float
    held_out: int


@dataclass(frozen=True)
class PublishParams:
    """How much worse than the current model a new one may be."""

    max_auc_loss: float


@dataclass(frozen=True)
class Params:
    """Every parameter, typed; a missing or mistyped one is an error."""

    prepare: PrepareParams
    split: SplitParams
    model: ModelParams
    golden: GoldenParams
    window: WindowParams
    publish: PublishParams

    def record(self) -> dict[str, Any]:
        """The parameters as JSON values, for the passport."""
        record: dict[str, Any] = msgspec.to_builtins(self)
        return record


def read(path: Path = PATH) -> Params:
    """Read the parameters.

    Raises:
        ParamsError: the file is not TOML, or a parameter is missing, unknown or of the wrong type.
    """
    try:
        content = tomllib.loads(path.read_text())
        chosen = msgspec.convert(content, Params)
        _refuse_others(content, chosen.record())
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ParamsError(
            f"cannot use {path.name}",
            evidence=f"{path}: {error}",
            remedy="correct that line; `git diff dev/problem/params.toml` shows what changed",
        ) from error
    return chosen


def _refuse_others(content: dict[str, Any], known: dict[str, Any], place: str = "$") -> None:
    """A misspelt parameter would be ignored silently."""
    for name, value in content.items():
        if name not in known:
            raise msgspec.ValidationError(f"unknown parameter {place}.{name}")
        if isinstance(value, dict):
            _refuse_others(value, known[name], f"{place}.{name}")
