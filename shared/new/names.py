"""Names of fields and of the project, made from what people write."""

import keyword
import re
import unicodedata
from collections.abc import Collection

LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "Æ": "Ae",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "%": " percent ",
        "€": " eur ",
        "$": " usd ",
        "£": " gbp ",
    }
)
PROJECT = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST = 40
TYPES = ("bool", "int", "float", "str")
"""What a contract's fields are declared with."""


def field(column: str, number: int, taken: Collection[str]) -> str:
    """A column's name in snake case, as Python, JSON and metrics take it: "2nd Class" is field_2nd_class.

    Args:
        number: of the column, from 1, for a name without a letter of the Latin alphabet.
        taken: names that it cannot have.
    """
    text = unicodedata.normalize("NFKD", column.translate(LETTERS)).encode("ascii", "ignore").decode()
    text = re.sub(r"(?<=[a-z0-9]{2})(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    if not name:
        name = f"column_{number}"
    if name[0].isdigit():
        name = f"field_{name}"
    name = name[:LONGEST].rstrip("_")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in TYPES or name in taken:
        name = f"{name}_value"
    return free(name, taken)


def free(name: str, taken: Collection[str]) -> str:
    """The name, or with a number where it is taken."""
    return next(each for each in (name, *(f"{name}_{count}" for count in range(2, 10_000))) if each not in taken)


def words(name: str) -> str:
    """A field's name as people read it."""
    return name.replace("_", " ")


def project(text: str) -> str:
    """What a text would be as a project's name; "" if nothing is left of it."""
    ascii_text = unicodedata.normalize("NFKD", text.translate(LETTERS)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-0123456789")[:LONGEST].strip("-")


def constant(name: str) -> str:
    """A field's name as a type's: tenure_months is TenureMonths."""
    return "".join(part.title() for part in name.split("_"))
