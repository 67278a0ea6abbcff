"""A parcel: fields of every kind, and no time."""

from typing import Annotated, Any, Literal

from shared import declare
from shared.declare import category, flag, number, text


class Row(declare.Row, frozen=True, kw_only=True):
    """One parcel; null means unknown."""

    town: Annotated[str, text(40, "where it goes")] | None
    size: Annotated[Literal["small", "large"], category("of the box")]
    insured: Annotated[bool, flag("whether it is")]
    fragile: Annotated[bool, flag("whether it says so")] | None
    pieces: Annotated[int, number("", 1, 50, "things in it")] | None
    weight: Annotated[float, number("kg", 0, 100, "of all")]
    value: Annotated[float, number("EUR", 0, 10_000, "as declared")] | None


LIMITS: tuple[Any, ...] = ()
EDGES: tuple[dict[str, Any], ...] = ()
TIME: str | None = None
