"""The inventory of a folder, against the one that is kept as the solution."""

import tomllib
from pathlib import Path

SOLUTION = Path(__file__).parent / "solution" / "inventory.toml"


def check(folder):
    """A verdict and what was seen."""
    found = _flat(tomllib.loads((folder / "inventory.toml").read_text()))
    true = _flat(tomllib.loads(SOLUTION.read_text()))
    wrong = [name for name, value in true.items() if found.get(name) != value]
    if wrong:
        shown = ", ".join(wrong[:6]) + (f" and {len(wrong) - 6} more" if len(wrong) > 6 else "")
        return "symptom", f"{len(true) - len(wrong)} of {len(true)} are right; not yet: {shown}"
    return "repaired", f"{len(true)} of {len(true)} are right"


def _flat(read):
    return {f"{table}.{name}": value for table, values in read.items() for name, value in values.items()}
