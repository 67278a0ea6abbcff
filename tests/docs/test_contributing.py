"""The import table of CONTRIBUTING is what import-linter holds, and the environment is read where it says."""

import re
import tomllib
from itertools import combinations

from tests.integration.support.pages import ROOT

TEXT = (ROOT / ".github" / "CONTRIBUTING.md").read_text()
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
OWN_ROOMS = {
    "dev": {"lifecycle", "monitor", "tracking"},
    "shared": {"compare", "image", "lifecycle", "new", "parity", "problem"},
}
"""Packages within these that have rows of their own."""


def members(folder: str) -> set[str]:
    """Modules and packages that a folder in the table stands for."""
    top, _, below = folder.removesuffix("*.py").strip("/").partition("/")
    if below or top not in OWN_ROOMS:
        return {f"{top}.{below}".strip(".")}
    names = {path.stem for path in (ROOT / top).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return {f"{top}.{name}" for name in names - OWN_ROOMS[top] - {"__init__"}}


def rows() -> list[tuple[set[str], str]]:
    """The table from top to bottom: modules, and what they may import."""
    table = TEXT.partition("| folder | what lives there | may import |")[2].partition("\n\n")[0]
    found = []
    for line in table.splitlines()[2:]:
        folders, _, allowed = (cell.strip() for cell in line.strip("|").split(" | "))
        found.append((set().union(*(members(name) for name in re.findall(r"`([^`]+)`", folders))), allowed))
    return found


def within(module: str, package: str) -> bool:
    """Whether a module is a package or in it."""
    return module == package or module.startswith(f"{package}.")


def forbidden(importer: str, imported: str) -> bool:
    """Whether a contract forbids the import."""
    for contract in CONTRACTS:
        if contract["type"] == "forbidden":
            if any(within(importer, name) for name in contract["source_modules"]) and any(
                within(imported, name) for name in contract["forbidden_modules"]
            ):
                return True
        else:
            layers = [layer.split(" | ") for layer in contract["layers"]]
            high = [at for at, layer in enumerate(layers) if any(within(imported, name) for name in layer)]
            low = [at for at, layer in enumerate(layers) if any(within(importer, name) for name in layer)]
            if high and low and (high < low or (high == low and top(importer) != top(imported))):
                return True
    return False


def top(module: str) -> str:
    """The first part of a name."""
    return module.partition(".")[0]


def test_no_import_runs_up_the_table() -> None:
    """A contract forbids each of them, from any row to any above it."""
    missing = [
        f"{importer} -> {imported}"
        for (above, _), (below, allowed) in combinations(rows(), 2)
        for importer in below
        for imported in above
        if f"`{imported.replace('.', '/')}.py`" not in allowed and not forbidden(importer, imported)
    ]
    assert missing == []


def test_rows_import_only_what_they_name() -> None:
    """Of the rows below, those that a row leaves out are forbidden, too."""
    missing = []
    for at, (ours, allowed) in enumerate(rows()):
        named = set().union(*(members(name) for name in re.findall(r"`([^`]+/(?:\*\.py)?)`", allowed)))
        for below, _ in rows()[at + 1 :]:
            if "every row below" not in allowed and "only" not in allowed and not below <= named:
                missing += [f"{one} -> {other}" for one in ours for other in below if not forbidden(one, other)]
    assert missing == []


def test_every_room_has_a_row() -> None:
    """Nothing that is imported stands outside of the table."""
    found = {name for modules, _ in rows() for name in modules}
    rooms = {
        ".".join(path.relative_to(ROOT).parts[:2])
        for name in ("dev", "shared")
        for path in (ROOT / name).rglob("*.py")
        if path.parent != ROOT / name
    }
    assert rooms <= found


def test_the_environment_is_read_where_it_says() -> None:
    """One place for dev and prod, and one for the image's maker."""
    readers = {
        str(path.relative_to(ROOT))
        for name in ("dev", "prod", "shared")
        for path in (ROOT / name).rglob("*.py")
        if re.search(r"os\.environ(?:\.get\(|\[\"[A-Z_]+\"\](?! =))|os\.getenv", path.read_text())
    }
    inside = {path for path in readers if path.startswith("shared/parity/") and path != "shared/parity/options.py"}
    assert all(f"`{path}`" in TEXT for path in readers - inside), readers - inside


def test_its_files_are_there() -> None:
    """Whoever follows a path finds it."""
    paths = set(re.findall(r"`((?:dev|prod|shared|tests|docs)/[\w./-]*)`", TEXT)) - {"tests/lab/images/NAME.txt"}
    assert [path for path in paths if not (ROOT / path).exists()] == []
