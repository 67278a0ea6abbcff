"""A row's JSON Schema (draft 2020-12) as far as it takes to know what it forbids."""

import datetime as dt
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import ParityError

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class ContractError(ParityError):
    """The service shows no contract that can be read."""


@dataclass(frozen=True)
class Property:
    """One property of the schema.

    Attributes:
        rules: its schema, without null.
        required: whether a row without it breaks the contract.
    """

    name: str
    rules: Mapping[str, Any]
    nullable: bool
    required: bool

    @property
    def unit(self) -> str:
        """Unit of a number, as `x-unit` says; empty if it does not."""
        return str(self.rules.get("x-unit", ""))

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.rules.get("type") in ("number", "integer")

    @property
    def is_whole(self) -> bool:
        """Whether these are whole."""
        return self.rules.get("type") == "integer"

    @property
    def is_truth(self) -> bool:
        """Whether it holds true and false."""
        return self.rules.get("type") == "boolean"

    @property
    def is_time(self) -> bool:
        """Whether it holds times."""
        return self.rules.get("format") == "date-time"

    @property
    def is_category(self) -> bool:
        """Whether it holds one of some texts."""
        return "enum" in self.rules or (self.rules.get("type") == "string" and not self.is_time)

    def allows(self, value: object) -> bool:
        """Whether the schema allows a value (decoded JSON); what cannot be read of it allows everything."""
        if value is None:
            return self.nullable
        if "enum" in self.rules and value not in self.rules["enum"]:
            return False
        if self.is_number:
            return self._allows_number(value)
        if self.is_truth:
            return isinstance(value, bool)
        if self.rules.get("type") == "string" or "enum" in self.rules:
            return isinstance(value, str) and self._allows_text(value)
        return True

    def _allows_number(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return False
        if self.rules["type"] == "integer" and value != int(value):
            return False
        rules, no_end = self.rules, math.inf
        within: bool = rules.get("minimum", -no_end) <= value <= rules.get("maximum", no_end)
        return within and bool(rules.get("exclusiveMinimum", -no_end) < value < rules.get("exclusiveMaximum", no_end))

    def _allows_text(self, value: str) -> bool:
        rules = self.rules
        if not rules.get("minLength", 0) <= len(value) <= rules.get("maxLength", math.inf):
            return False
        if "pattern" in rules and not re.search(re.sub(r"\$$", r"\\Z", rules["pattern"]), value):
            return False
        if not self.is_time:
            return True
        try:
            return bool(RFC_3339.fullmatch(value)) and dt.datetime.fromisoformat(value.upper()) is not None
        except ValueError:
            return False


@dataclass(frozen=True)
class Contract:
    """What a row must look like.

    Attributes:
        closed: whether fields that are not named are forbidden.
    """

    fields: Mapping[str, Property]
    closed: bool

    def allows(self, row: Mapping[str, Any]) -> bool:
        """Whether all fields of a row have allowed values; which fields there are is not checked."""
        return all(self.fields[name].allows(value) for name, value in row.items())


def read(document: Any) -> Contract:
    """Read the JSON Schema of a row.

    Raises:
        ContractError: it is not one.
    """
    try:
        schema = _resolved(document, document)
        required = schema.get("required", [])
        fields = {name: _field(document, name, rules, name in required) for name, rules in schema["properties"].items()}
        return Contract(fields, schema.get("additionalProperties") is False)
    except (AttributeError, KeyError, LookupError, TypeError) as error:
        raise ContractError(
            "the service's contract cannot be read",
            evidence=f"expected the JSON Schema of an object, with its properties: {type(error).__name__}: {error}",
            remedy="serve the JSON Schema of a row at GET /contract",
        ) from error


def _resolved(document: Any, schema: Any) -> Any:
    for _ in range(10):
        if "$ref" not in schema:
            break
        target = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def _field(document: Any, name: str, schema: Any, required: bool) -> Property:
    schema = _resolved(document, schema)
    options = [_resolved(document, option) for option in schema.get("anyOf", [schema])]
    others = [option for option in options if option.get("type") != "null"]
    known = len(others) == 1 and not {"type", "enum"}.isdisjoint(others[0])
    rules = dict(others[0]) if known else {}  # what cannot be read forbids nothing
    kinds = rules.get("type")
    if isinstance(kinds, list):
        rules["type"] = next((kind for kind in kinds if kind != "null"), "null")
    nullable = len(others) < len(options) or (isinstance(kinds, list) and "null" in kinds) or not rules
    return Property(name, rules, nullable, required)
