"""The form of an answer and of a truth, made from the target: what a prediction has depends on its kind."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from shared import contract
from shared.columns import CATEGORICAL
from shared.contract import Row
from shared.problem.target import ROW, TARGET
from shared.target import Binary, Multiclass, Regression, Scores, Target
from shared.window import Outside, Reference

MAX_ROW = 999_999
SEEN = tuple(name for name in contract.OPEN_CATEGORIES if name in CATEGORICAL)
"""Fields whose values of training are known."""

Fields = list[tuple[str, Any] | tuple[str, Any, Any]]


def _prediction(target: Target) -> type[msgspec.Struct]:
    """What one row gets: what was decided and how sure the model is, then what speaks against trusting it."""
    fields: Fields = [
        *_decided(target),
        ("unseen", Annotated[dict[str, str], Meta(description="categories that the model never saw in training")], {}),
        (
            "outside",
            Annotated[
                dict[str, Outside],
                Meta(description="numbers of the model's columns outside the range of training"),
            ],
            {},
        ),
    ]
    text = f"The answer for one {ROW}, in the order of the request."
    return msgspec.defstruct("Prediction", fields, namespace={"__doc__": text}, omit_defaults=True, module=__name__)


def _decided(target: Target) -> Fields:
    share = Meta(ge=0, le=1)
    match target:
        case Binary():
            probability = Annotated[float, Meta(ge=0, le=1, description=target.description)]
            decision = Annotated[bool, Meta(description="whether that reaches the model's threshold")]
            return [(f"{target.name}_probability", probability), (target.name, decision)]
        case Multiclass():
            by_class = Annotated[dict[str, Annotated[float, share]], Meta(description="probability of each class")]
            return [(target.name, _truth(target)), (f"{target.name}_probabilities", by_class)]
        case Regression():
            return [(target.name, _truth(target))]


def _truth(target: Target) -> Any:
    match target:
        case Binary():
            return bool
        case Multiclass():
            known = Meta(description=target.description, extra_json_schema={"enum": list(target.classes)})
            return Annotated[str, known]
        case Regression():
            described = f"{target.description}, in {target.unit}" if target.unit else target.description
            return Annotated[float, Meta(description=described)]


class _Outcome(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    def __post_init__(self) -> None:
        if bool(getattr(self, "answer_id", "")) == bool(getattr(self, "request_id", "")):
            raise ValueError("expected either answer_id or request_id")
        truth = getattr(self, TARGET.name)
        if isinstance(TARGET, Multiclass) and truth not in TARGET.classes:
            raise ValueError(f"Expected one of {', '.join(TARGET.classes)}, got {json.dumps(truth)}")


def _outcome(target: Target) -> type[msgspec.Struct]:
    fields: Fields = [
        ("row", Annotated[int, Meta(ge=0, le=MAX_ROW, description="its place in the request, from 0")]),
        (target.name, _truth(target)),
        ("answer_id", Annotated[str, Meta(max_length=64, description="the answer's header Answer-ID")], ""),
        (
            "request_id",
            Annotated[str, Meta(max_length=64, description="X-Request-ID, where one answer alone has it")],
            "",
        ),
    ]
    text = f"What became of a {ROW}: the truth about one row of one answer, by either of its IDs."
    return msgspec.defstruct("Outcome", fields, bases=(_Outcome,), namespace={"__doc__": text}, module=__name__)


Prediction = _prediction(TARGET)
Outcome = _outcome(TARGET)


def predictions(
    scores: Scores, labels: Sequence[Any], unseen: Mapping[int, Any], outside: Mapping[int, Any]
) -> list[msgspec.Struct]:
    """The answers to some rows.

    Args:
        scores: shape (n, columns of the target).
        labels: what was decided of each row.
        unseen, outside: categories never seen in training and numbers outside it, by row.
    """
    parts = zip(scores.tolist(), labels, strict=True)
    decided: list[Any] = [Prediction(*_values(TARGET, given, label)) for given, label in parts]
    for row, new in unseen.items():
        decided[row].unseen = new
    for row, far in outside.items():
        decided[row].outside = far
    return decided


def unseen(rows: Sequence[Row], seen: Reference) -> dict[int, dict[str, str]]:
    """Categories that were never seen in training, by row and field; rows without any are left out."""
    found: dict[int, dict[str, str]] = {}
    for name in SEEN:
        known = seen.columns[name].shares
        for row, each in enumerate(rows):
            value = getattr(each, name)
            if value is not None and value not in known:
                found.setdefault(row, {})[name] = value
    return found


def _values(target: Target, scores: Sequence[float], label: Any) -> tuple[Any, ...]:
    match target:
        case Binary():
            return scores[0], label
        case Multiclass():
            return label, dict(zip(target.classes, scores, strict=True))
        case Regression():
            return (scores[0],)
