"""What a stage of a scenario showed."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class StageOutcome:
    """What a stage showed.

    Attributes:
        holds: whether it is as the stage must be; None if it was skipped.
        evidence: in words, for the reader of a story.
        seconds: how long it took.
        details: what was measured.
    """

    stage: str
    holds: bool | None
    evidence: str
    seconds: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)
