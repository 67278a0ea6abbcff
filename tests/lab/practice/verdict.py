"""What a check found of a repair."""

from dataclasses import dataclass

HEADINGS = {
    "repaired": "repaired",
    "symptom": "not repaired yet",
    "hidden": "hidden, and not repaired: the cause is still there",
    "broken": "the symptom is gone, and something else is not as it must be",
}


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    Attributes:
        kind: one of `HEADINGS`.
        seen: what was measured, with numbers, a line each.
    """

    kind: str
    seen: tuple[str, ...]

    @property
    def repaired(self) -> bool:
        """Whether the exercise is solved."""
        return self.kind == "repaired"

    def __str__(self) -> str:
        return "\n".join([HEADINGS[self.kind], *(f"  {line}" for line in self.seen)])
