"""The parameters of training, from `dev/problem/params.toml`; those of the model are the problem's own."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from dev.problem.params import ModelParams
from shared import contract
from shared.errors import ParityError
from shared.problem.target import TARGET
from shared.target import Binary

PATH = Path(__file__).with_name("problem") / "params.toml"
BEST_F1: Literal["best F1"] = "best F1"
Share = Annotated[float, Meta(gt=0, lt=1)]


class ParamsError(ParityError):
    """`params.toml` is missing a parameter, or has a wrong one."""


@dataclass(frozen=True)
class PrepareParams:
    """How many rows may break the contract."""

    max_broken_share: float


class ByTime(msgspec.Struct, frozen=True, tag_field="by", tag="time"):
    """Dates that separate training, validation and test; without the second there is no validation."""

    test_from: dt.date
    validate_from: dt.date | None = None


class ByChance(msgspec.Struct, frozen=True, tag_field="by", tag="chance"):
    """Shares of rows to test and to validate on, drawn at random.

    Attributes:
        group: a field; rows with the same value of it stay together. Each for itself if None.
    """

    test_share: Share
    validate_share: Annotated[float, Meta(ge=0, lt=1)] = 0.0
    group: str | None = None


SplitParams = ByTime | ByChance


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
    """How much worse than the current model a new one may be, in the metric that models are compared by."""

    max_decline: float


@dataclass(frozen=True)
class EvaluateParams:
    """How the threshold of a yes-or-no target is chosen: on the rows to validate on, or fixed."""

    threshold: Literal["best F1"] | Share = BEST_F1


@dataclass(frozen=True)
class Params:
    """Every parameter, typed; a missing or mistyped one is an error."""

    prepare: PrepareParams
    split: SplitParams
    model: ModelParams
    golden: GoldenParams
    window: WindowParams
    publish: PublishParams
    evaluate: EvaluateParams = EvaluateParams()

    def record(self) -> dict[str, Any]:
        """The parameters as JSON values, for the passport."""
        record: dict[str, Any] = msgspec.to_builtins(self)
        return record


def read(path: Path = PATH) -> Params:
    """Read the parameters.

    Raises:
        ParamsError: the file is not TOML, or a parameter is missing, unknown, of the wrong type or not of the contract.
    """
    try:
        content = tomllib.loads(path.read_text())
        chosen = msgspec.convert(content, Params)
        _refuse_others(content, chosen.record())
        _refuse_unfit(chosen.split)
        if isinstance(TARGET, Binary) and chosen.evaluate.threshold == BEST_F1 and not validates(chosen.split):
            raise msgspec.ValidationError(
                "no rows to choose the threshold on: give validate_from or validate_share - at `$.split`"
            )
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


def _refuse_unfit(split: SplitParams) -> None:
    """A split that rows of the contract do not have."""
    if isinstance(split, ByTime):
        if contract.TIME is None:
            raise msgspec.ValidationError(
                "rows have no time (TIME in shared/problem/contract.py): by = 'chance' - at `$.split.by`"
            )
        if split.validate_from and split.validate_from >= split.test_from:
            raise msgspec.ValidationError("validate_from is not before test_from - at `$.split.validate_from`")
    elif split.test_share + split.validate_share >= 1:
        raise msgspec.ValidationError("nothing is left to learn from - at `$.split.test_share`")
    elif split.group is not None and split.group not in contract.FIELDS:
        raise msgspec.ValidationError(f"no field {split.group!r} in the contract - at `$.split.group`")


def validates(split: SplitParams) -> bool:
    """Whether there are rows to validate on."""
    return bool(split.validate_from if isinstance(split, ByTime) else split.validate_share)
