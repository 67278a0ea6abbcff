"""What a model predicts, as its passport declares it: how answers to it are read, and what follows from its scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """A target of `shared.target`, on a host without numpy.

    Attributes:
        kind: binary, multiclass or regression.
        columns: names of the scores.
        unit: of a number; empty if it has none, or is none.
        classes: of several.
        positive, negative: yes and no, in words.
    """

    kind: str
    name: str
    columns: tuple[str, ...]
    unit: str = ""
    classes: tuple[str, ...] = ()
    positive: str = ""
    negative: str = ""

    def scores(self, prediction: Mapping[str, Any]) -> list[float]:
        """The scores of one prediction of `POST /predict`.

        Raises:
            KeyError, TypeError, ValueError: it has none.
        """
        if self.kind == "multiclass":
            given = prediction[f"{self.name}_probabilities"]
            return [float(given[each]) for each in self.classes]
        return [float(prediction[each]) for each in self.columns]

    def label(self, prediction: Mapping[str, Any]) -> Any:
        """What it says was decided; None where nothing is, and the number is the answer.

        Raises:
            KeyError: it does not say.
        """
        if self.kind == "regression":
            return None
        given = prediction[self.name]
        return bool(given) if self.kind == "binary" else given

    def decided(self, scores: Sequence[float], threshold: float) -> Any:
        """The label that follows from scores; None where none does."""
        if self.kind == "binary":
            return scores[0] >= threshold
        return self.classes[largest(scores)] if self.kind == "multiclass" else None

    def in_words(self, label: Any) -> str:
        """A label as people say it."""
        return {True: self.positive, False: self.negative}[label] if self.kind == "binary" else str(label)


def largest(scores: Sequence[float]) -> int:
    """Place of the largest score, the first of several."""
    return max(range(len(scores)), key=scores.__getitem__)


def read(passport: Mapping[str, Any]) -> Target:
    """The target of a passport.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it declares none that is known.
    """
    declared = passport["target"]
    if declared["kind"] not in ("binary", "multiclass", "regression"):
        raise ValueError(f"unknown kind of target: {declared['kind']!r}")
    words = {name: str(declared.get(name, "")) for name in ("unit", "positive", "negative")}
    columns, classes = (tuple(map(str, declared.get(name, ()))) for name in ("columns", "classes"))
    return Target(declared["kind"], str(declared["name"]), columns, classes=classes, **words)
