"""Are the installed packages the same, down to their files?

A package on the path of the model (imported, or required by what is imported) can change
predictions without an error: defaults, dtypes and tie-breaking change between releases, and
an optional package may switch another's algorithm merely by being installed. The files count,
not the version alone: an edited or half-installed package differs though its version does not.
A package that the code never imports is a note; the server that the command starts is on the path. Other Python
environments of the file system are notes.
"""

from collections.abc import Iterator
from typing import Any

from shared.compare.checks._compare import both, differences, digest, minors, rebuilt, shown, unreadable
from shared.compare.checks._path import on_path
from shared.compare.report import Finding, Severity, Snapshot, Undecided

OUTSIDE = {
    "duplicates": "which one is imported depends on sys.path",
    "shadowed": "another file is run than the one that is installed",
    "startup": "its code runs before the program, and may change any other",
    "added": "files in its folder that no installer recorded, which what is imported may read",
    "loose": "it lies among the installed packages, and no version tells what it is",
}
"""What no list of installed packages shows."""

TOOLS = {"pip", "setuptools", "wheel", "uv", "virtualenv", "pipx", "poetry", "pkg-resources", "distribute"}


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Compare versions, contents, duplicates and shadowed modules."""
    # A process that trains does not record what was added.
    outside = [fact for fact in OUTSIDE if fact != "added" or all(fact in side.facts for side in (a, b))]
    yield from unreadable("packages", a, b, "packages", *outside)
    path = on_path(a) | on_path(b)
    ours, theirs = minors(a, b)
    built = set(rebuilt(a, b)) if ours != theirs else set()
    for name, *packages in differences(a, b, "packages"):
        difference = _difference(*packages)
        if difference is None or name in built:  # reported with the Python
            continue
        sides, why = difference
        risky = name in path and name not in TOOLS
        yield Finding(
            "packages",
            name,
            *sides,
            Severity.RISK if risky else Severity.NOTE,
            f"{why}; it is on the model's path" if risky else f"{why}, but the code does not import it",
            f"install {name} from one lock file with hashes on both sides",
        )
    for fact in outside:
        yield from _outside(fact, OUTSIDE[fact], path, a, b)
    yield from _environments(a, b)


def _outside(fact: str, why: str, path: set[str], a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    for name, ours, theirs in differences(a, b, fact):
        if fact == "duplicates" and _versions(ours) == _versions(theirs):  # only the folders are called otherwise
            continue
        unused = fact == "added" and not any(
            name in (side.value("packages") or {}).get(one, {}).get("modules", ()) for one in path for side in (a, b)
        )
        digests = fact in ("startup", "loose", "added")
        yield Finding(
            "packages",
            f"{name} ({fact})",
            *both(digest if digests else shown, ours, theirs),
            Severity.NOTE if (fact == "duplicates" and name not in path) or unused else Severity.RISK,
            why,
            "install it as a package from one lock file" if digests else "remove the one that should not be there",
        )


def _versions(places: list[str] | None) -> list[str]:
    return [place.partition(" in ")[0] for place in places or ()]


def _environments(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Python environments that serve nothing."""
    if a.value("environments") is None or b.value("environments") is None:
        return
    for place, ours, theirs in differences(a, b, "environments"):
        serving = any(side and side["serving"] for side in (ours, theirs))
        if serving or not any(side and side["packages"] for side in (ours, theirs)):
            continue  # compared in full; nothing in it
        installed = [side["packages"] if side else {} for side in (ours, theirs)]
        differ = sorted(
            name for name in {*installed[0], *installed[1]} if installed[0].get(name) != installed[1].get(name)
        )
        names = ", ".join(differ[:3]) + (" and others" if len(differ) > 3 else "")
        yield Finding(
            "packages",
            f"environment {place}",
            *both(_environment, ours, theirs),
            Severity.NOTE,
            (f"{names} differ in it, but " if differ else "") + "what serves does not use it",
            "if it is what serves after all, name its Python: --python PATH",
            details={"packages": differ},
        )


def _environment(side: Any) -> str:
    if side is None:
        return "not there"
    count = len(side["packages"])
    return f"Python {side['python'] or 'unknown'}, {count} {'package' if count == 1 else 'packages'}"


def _difference(ours: Any, theirs: Any) -> tuple[tuple[str, str], str] | None:
    if ours is None or theirs is None:
        sides = both(lambda package: shown(package["version"]) if package else "not installed", ours, theirs)
        return sides, f"{(ours or theirs)['version']} is installed on one side only"
    if ours["version"] != theirs["version"]:
        return both(shown, ours["version"], theirs["version"]), "another release"
    if ours["sha256"] != theirs["sha256"]:
        return both(_files, ours, theirs), "the same version with other files: edited, half-installed or another build"
    return None


def _files(package: dict[str, Any]) -> str:
    missing = package["missing_files"]
    return f"{package['version']} {package['sha256'][:12]}" + (f", {missing} files missing" if missing else "")
