"""A definition that contradicts itself is refused in words: what, where, and what to change."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from shared import consistency, declare
from shared.consistency import Definition, ProblemError
from shared.declare import code, number, time
from shared.row_contract import RowContract
from shared.target import Binary, Multiclass, Regression


class Order(declare.Row, frozen=True, kw_only=True):
    """A small row."""

    ordered: Annotated[dt.datetime, time("when", "2024-01-31T09:30:00+01:00")]
    shipped: Annotated[dt.datetime, Meta(tz=True)] | None
    country: Annotated[str, code(2, "A-Z", "ISO 3166")] | None
    weight: Annotated[float, number("kg", 0, 1000, "of the parcel")] | None


def features(rows: Sequence[Order]) -> dict[str, list[Any]]:
    """Two columns."""
    return {"country": [row.country for row in rows], "weight": [row.weight for row in rows]}


SAMPLE = {"ordered": "2024-01-31T09:30:00+01:00", "shipped": None, "country": "DE", "weight": 1.5}
GOOD = Definition(
    RowContract(Order),
    "ordered",
    ({"ordered": "2024-03-31T03:00:00+02:00"},),
    ("country",),
    ("weight",),
    features,
    Binary(name="returned", positive="returned", negative="kept", description="that it is sent back"),
    {"instances": [SAMPLE]},
    {"Order": ("ordered", "country")},
)


class Defaulted(declare.Row, frozen=True, kw_only=True):
    """A field that may be left out, one of numbers, one of no kind."""

    size: int = 3
    rank: Literal[1, 2]
    parts: list[str]


def test_a_consistent_definition_passes() -> None:
    """As does the project's own, and one of any kind of target, without time and edges."""
    consistency.check(GOOD)
    consistency.check(consistency.here())
    for target in (
        Multiclass(name="carrier", classes=("a", "b"), description="who brings it"),
        Regression(name="hours", unit="hour", description="until it arrives"),
    ):
        consistency.check(replace(GOOD, target=target, time=None, edges=(), groups={}))


def changed(**fields: Any) -> Definition:
    """The good one, otherwise."""
    return replace(GOOD, **fields)


def named(name: str) -> Binary:
    """A target of that name."""
    return Binary(name=name, positive="", negative="", description="")


def failing(rows: Sequence[Order]) -> dict[str, list[Any]]:
    """Columns for known weights only."""
    return {"country": ["DE"] * len(rows), "weight": [row.weight + 1 for row in rows]}  # type: ignore[operator]


@pytest.mark.parametrize(
    ("definition", "evidence"),
    [
        (changed(time="when"), "TIME is 'when', which is no field"),
        (changed(time="weight"), "TIME is weight, which holds no times: a number from 0 to 1000 (kg), or null"),
        (changed(time="shipped"), "TIME is shipped, which may be null"),
        (changed(target=named("weight")), "the target's weight is a field of a row as well"),
        (changed(target=named("no name")), "the target's name is 'no name'"),
        (changed(target=named("class")), "the target's name is 'class'"),
        (changed(target=named("unseen")), "the target's name is 'unseen'"),
        (changed(target=Multiclass(name="x", classes=("a",), description="")), "the target's classes are a"),
        (changed(target=Multiclass(name="x", classes=("a", "a"), description="")), "the target's classes are a, a"),
        (changed(numeric=()), "features() gives country, weight; CATEGORICAL and NUMERIC are country"),
        (changed(categorical=(), numeric=()), "the model has no columns"),
        (changed(numeric=("weight", "weight")), "column weight is named 2 times"),
        (changed(categorical=("weight",)), "column weight has the name of a field that is a number"),
        (changed(numeric=("country",)), "column country has the name of a field that is a text"),
        (changed(features=failing), "features() fails with TypeError"),
        (changed(features=lambda rows: {"country": ["DE"], "weight": ["heavy"]}), "column weight holds 'heavy'"),
        (changed(features=lambda rows: {"country": [7], "weight": [1.0]}), "column country holds 7"),
        (changed(features=lambda rows: {"country": [], "weight": []}), "features() gives 0 values of country"),
        (changed(sample=[SAMPLE]), "the sample request is not"),
        (changed(sample={"instances": []}), "the sample request is not"),
        (changed(sample={"instances": [{**SAMPLE, "country": "de"}]}), "row 0 of the sample, country: expected text"),
        (changed(edges=({"orderd": 1},)), "edge 0 has 'orderd', which is no field"),
        (changed(edges=({"weight": -1},)), "an edge breaks the contract"),
        (changed(groups={"Order": ("weigth",)}), "under 'Order' of the page stands 'weigth', which is no field"),
        (changed(contract=RowContract(Defaulted)), "field size has a default"),
        (changed(contract=RowContract(Defaulted)), "field rank is one of [1, 2]"),
        (changed(contract=RowContract(Defaulted)), "field parts is"),
    ],
)
def test_a_contradiction_is_refused_in_words(definition: Definition, evidence: str) -> None:
    """With the evidence, and a remedy that names a file or what to change."""
    with pytest.raises(ProblemError) as caught:
        consistency.check(definition)
    assert evidence in caught.value.evidence
    assert caught.value.remedy
    assert caught.value.exit_code == 2


def test_the_program_ends_with_the_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, as every error: all that was found."""
    broken: Callable[[], Definition] = lambda: changed(time="when", target=named("weight"))  # noqa: E731
    monkeypatch.setattr(consistency, "here", broken)
    assert consistency.main() == 2
    error = capsys.readouterr().err
    assert "TIME is 'when'" in error
    assert "the target's weight" in error
    assert "shared/problem/contract.py" in error
