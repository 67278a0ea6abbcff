"""What a model predicts of a row: yes or no, one of several classes, or a number with a unit.

A model's scores have shape (n, len(target.columns)); truths have shape (n,) and hold bool, text or float.
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]
Labels = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Binary:
    """Yes or no: the model answers with a probability, and a threshold decides.

    Attributes:
        name: of the decision in an answer, and of the truth; `<name>_probability` is the score.
        positive, negative: in words.
        description: what the probability is of, to follow "the probability".
        are_probabilities: whether scores lie between 0 and 1.
    """

    name: str
    positive: str
    negative: str
    description: str
    are_probabilities: ClassVar[bool] = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the scores."""
        return (f"{self.name}_probability",)

    def scores(self, pipeline: Any, table: Any) -> Scores:
        """Probability of True; shape (len(table), 1)."""
        positive = list(pipeline.classes_).index(True)
        result: Scores = pipeline.predict_proba(table)[:, [positive]]
        return result

    def labels(self, scores: Scores, threshold: float | None = None) -> Labels:
        """Whether the probability reaches the threshold, or one half; shape (n,), of bool."""
        return scores[:, 0] >= (0.5 if threshold is None else threshold)


@dataclass(frozen=True, kw_only=True)
class Multiclass:
    """One of several classes: the model answers with a probability for each, and the largest decides.

    Attributes:
        name: of the class in an answer, and of the truth; `<name>_probabilities` are the scores.
        classes: all of them, in the order of the scores.
        description: what the class is.
        are_probabilities: whether scores lie between 0 and 1.
    """

    name: str
    classes: tuple[str, ...]
    description: str
    are_probabilities: ClassVar[bool] = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the scores."""
        return tuple(f"{self.name}_probabilities.{each}" for each in self.classes)

    def scores(self, pipeline: Any, table: Any) -> Scores:
        """Probability of each class; shape (len(table), len(classes))."""
        order = [list(pipeline.classes_).index(each) for each in self.classes]
        result: Scores = pipeline.predict_proba(table)[:, order]
        return result

    def labels(self, scores: Scores, _: float | None = None) -> Labels:
        """The likeliest class; shape (n,), of text."""
        return np.array(self.classes, dtype=object)[scores.argmax(axis=1)]


@dataclass(frozen=True, kw_only=True)
class Regression:
    """A number.

    Attributes:
        name: of the number in an answer, and of the truth.
        unit: of both.
        description: what it is.
        are_probabilities: whether scores lie between 0 and 1.
    """

    name: str
    unit: str
    description: str
    are_probabilities: ClassVar[bool] = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the scores."""
        return (self.name,)

    def scores(self, pipeline: Any, table: Any) -> Scores:
        """The numbers; shape (len(table), 1)."""
        result: Scores = np.asarray(pipeline.predict(table), dtype="float64").reshape(-1, 1)
        return result

    def labels(self, scores: Scores, _: float | None = None) -> Labels:
        """The numbers themselves; shape (n,), of float."""
        return scores[:, 0]


Target = Binary | Multiclass | Regression


def declared(target: Target) -> dict[str, Any]:
    """A target as a passport records it: its `kind` (binary, multiclass or regression), its attributes, its columns."""
    fields = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(target).items()}
    return {"kind": type(target).__name__.lower(), **fields, "columns": list(target.columns)}
