"""Is the problem's definition consistent? `python3 -m shared.consistency`, at `make image`; exit 0 if so, 2 if not.

Asked before there is an image, so that nobody meets in prod, or after minutes of training, what can be known from
`shared/problem/` alone.
"""

import json
import keyword
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import msgspec

from shared.edges import variations
from shared.errors import ParityError, program
from shared.row_contract import RowContract
from shared.target import Multiclass, Target

CONTRACT, FEATURES, TARGET, WORDS = (
    f"shared/problem/{name}.py" for name in ("contract", "features", "target", "words")
)
KINDS = {"number", "integer", "boolean", "string"}
RESERVED = {"unseen", "outside", "row", "answer_id", "request_id"}
"""Names of an answer and of an outcome, beside those that the target gives."""

Fault = tuple[str, str]
"""What was found, and what to change."""


class ProblemError(ParityError):
    """The problem's definition contradicts itself."""


@dataclass(frozen=True)
class Definition:
    """What `shared/problem/` says.

    Attributes:
        time: the field that says when a row is.
        edges: values of fields for golden requests.
        features: from rows to the model's columns, by name.
        sample: the body of a request.
        groups: fields under their headings, as the page shows them.
    """

    contract: RowContract[Any]
    time: str | None
    edges: Sequence[Mapping[str, Any]]
    categorical: Sequence[str]
    numeric: Sequence[str]
    features: Callable[[Sequence[Any]], Mapping[str, Sequence[Any]]]
    target: Target
    sample: Any
    groups: Mapping[str, Sequence[str]]


def here() -> Definition:
    """What this project's own says."""
    from shared import contract
    from shared.problem import features, words
    from shared.problem.contract import EDGES
    from shared.problem.target import TARGET

    sample = json.loads(files("shared.problem").joinpath("sample_request.json").read_text("utf-8"))
    columns = features.CATEGORICAL, features.NUMERIC
    return Definition(
        contract.CONTRACT, contract.TIME, EDGES, *columns, features.features, TARGET, sample, words.GROUPS
    )


def check(definition: Definition) -> None:
    """Hold the parts of a definition against each other.

    Raises:
        ProblemError: they do not fit; all that was found, and what to change.
    """
    found = list(faults(definition))
    if found:
        evidence, remedies = zip(*found, strict=True)
        raise ProblemError(
            "the problem's definition contradicts itself",
            evidence="\n".join(evidence),
            remedy="\n".join(dict.fromkeys(remedies)),
        )


def faults(it: Definition) -> Iterator[Fault]:
    """All that does not fit."""
    yield from _fields(it)
    yield from _time(it)
    yield from _target(it)
    yield from _columns(it)
    yield from _groups(it)
    sampled = list(_sample(it))
    yield from sampled
    if not sampled:
        yield from _features(it)


def _fields(it: Definition) -> Iterator[Fault]:
    for name, field in it.contract.fields.items():
        schema = it.contract.properties[name]
        if field.default is not msgspec.NODEFAULT or field.default_factory is not msgspec.NODEFAULT:
            yield f"field {name} has a default", f"{CONTRACT}: let {name} be `| None`, and have null sent for unknown"
        values = schema.get("enum", [])
        if schema.get("type") not in KINDS and not values:
            kinds = "a number, a whole number, a bool, a time, a text or a Literal of texts"
            yield f"field {name} is {schema}", f"{CONTRACT}: let {name} be {kinds}"
        if any(not isinstance(value, str) for value in values):
            yield f"field {name} is one of {values}", f"{CONTRACT}: let the values of a Literal be texts"


def _time(it: Definition) -> Iterator[Fault]:
    remedy = f"{CONTRACT}: let TIME name a field of times that is never null, or be None"
    if it.time is None:
        return
    if it.time not in it.contract.fields:
        yield f"TIME is {it.time!r}, which is no field", remedy
    elif it.time not in it.contract.times:
        yield f"TIME is {it.time}, which holds no times: {it.contract.expected(it.time)}", remedy
    elif it.time in it.contract.nullable:
        yield f"TIME is {it.time}, which may be null", remedy


def _target(it: Definition) -> Iterator[Fault]:
    name = it.target.name
    if not name.isidentifier() or keyword.iskeyword(name) or name in RESERVED:
        remedy = f"{TARGET}: a name of letters, digits and underscores, and none of {', '.join(sorted(RESERVED))}"
        yield f"the target's name is {name!r}", remedy
    taken = {each.partition(".")[0] for each in (name, *it.target.columns)}
    columns = {*it.categorical, *it.numeric}
    for where, names in (("field of a row", {*it.contract.fields}), ("column of the model", columns)):
        for each in sorted(taken & names):
            remedy = "take it out of the row and the columns: it is what is to be predicted, and not known by then"
            yield f"the target's {each} is a {where} as well", remedy
    if isinstance(it.target, Multiclass):
        classes = it.target.classes
        if len(classes) < 2 or len(set(classes)) < len(classes):
            yield f"the target's classes are {', '.join(classes)}", f"{TARGET}: two classes or more, each once"


def _columns(it: Definition) -> Iterator[Fault]:
    names = (*it.categorical, *it.numeric)
    if not names:
        yield "the model has no columns", f"{FEATURES}: name some in CATEGORICAL or NUMERIC"
    for name, count in Counter(names).items():
        if count > 1:
            yield f"column {name} is named {count} times", f"{FEATURES}: name it once, in CATEGORICAL or in NUMERIC"
    for kind, wrong, words, there in (
        (it.categorical, it.contract.numbers, "a number", "NUMERIC"),
        (it.numeric, it.contract.texts, "a text", "CATEGORICAL"),
    ):
        for name in sorted({*kind} & {*wrong}):
            yield f"column {name} has the name of a field that is {words}", f"{FEATURES}: put {name} into {there}"


def _groups(it: Definition) -> Iterator[Fault]:
    for title, names in it.groups.items():
        for name in names:
            if name not in it.contract.fields:
                remedy = f"{WORDS}: name fields of the row; those that are in no group come last"
                yield f"under {title!r} of the page stands {name!r}, which is no field", remedy


def _sample(it: Definition) -> Iterator[Fault]:
    remedy = "shared/problem/sample_request.json: a body as POST /predict takes it, of rows that keep the contract"
    rows = it.sample.get("instances") if isinstance(it.sample, dict) else None
    if not isinstance(rows, list) or not rows:
        yield 'the sample request is not {"instances": [a row, …]}', remedy
        return
    for number, row in enumerate(rows):
        for broken in it.contract.violations(row):
            yield f"row {number} of the sample, {broken.field}: expected {broken.expected}, got {broken.got}", remedy
    for number, edge in enumerate(it.edges):
        for name in edge:
            if name not in it.contract.fields:
                yield f"edge {number} has {name!r}, which is no field", f"{CONTRACT}: let EDGES hold fields of the row"


def _features(it: Definition) -> Iterator[Fault]:
    """Computed of the sample, and of its variations to the ends of the contract; the first fault alone."""
    (first, *_) = rows = it.contract.rows(it.sample["instances"])
    try:
        edges = variations(it.contract, it.edges, first)
    except msgspec.ValidationError as error:
        yield f"an edge breaks the contract: {error}", f"{CONTRACT}: let the rows that EDGES make keep the contract"
        return
    for row in (*rows, *edges):
        found = list(_of_row(it, row))
        if found:
            yield from found
            return


def _of_row(it: Definition, row: Any) -> Iterator[Fault]:
    expected = [*it.categorical, *it.numeric]
    try:
        columns = it.features([row])
    except Exception as error:
        shown = msgspec.json.encode(row).decode()
        remedy = f"{FEATURES}: let any row that keeps the contract have its columns"
        yield f"features() fails with {type(error).__name__}: {error}; for the row {shown}", remedy
        return
    if list(columns) != expected:
        found = f"features() gives {', '.join(columns)}; CATEGORICAL and NUMERIC are {', '.join(expected)}"
        yield found, f"{FEATURES}: let it return these columns, in this order"
        return
    for name, values in columns.items():
        kind, words = (str, "a text") if name in it.categorical else ((int, float), "a number")
        if len(values) != 1:
            yield f"features() gives {len(values)} values of {name} for one row", f"{FEATURES}: one for each row"
        elif values[0] is not None and not isinstance(values[0], kind):
            yield f"column {name} holds {values[0]!r}", f"{FEATURES}: let {name} be {words}, or None if unknown"


@program
def main() -> int:
    """Check this project's own."""
    check(here())
    return 0


if __name__ == "__main__":
    sys.exit(main())
