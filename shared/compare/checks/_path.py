"""Which packages a model's predictions may run through."""

from typing import Any

from shared.compare.report import Snapshot


def on_path(snapshot: Snapshot) -> set[str]:
    """Distributions that are imported (as a replay saw), or else may be: by the code, and by what that requires.

    Of what is imported, extras count too: it may use them merely because they are there. So does the server
    that the command starts, which a replay does not go through.
    """
    packages: dict[str, Any] = snapshot.value("packages") or {}
    loaded = snapshot.value("loaded")
    if loaded is not None:
        servers = set(snapshot.value("servers") or ())
        named = {name for name, package in packages.items() if name in servers or servers & set(package["modules"])}
        return set(loaded) | _reached(packages, named)
    imports = set(snapshot.value("imports") or ())
    imported = _reached(packages, {name for name, package in packages.items() if imports & set(package["modules"])})
    extras = {required[:-1] for name in imported for required in _requires(packages, name) if required.endswith("?")}
    return _reached(packages, imported | extras) if imported else set(packages)


def _reached(packages: dict[str, Any], names: set[str]) -> set[str]:
    """Those, and all that they cannot do without."""
    reached: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in reached:
            reached.add(name)
            queue += [required for required in _requires(packages, name) if not required.endswith("?")]
    return reached


def _requires(packages: dict[str, Any], name: str) -> list[str]:
    return list(packages.get(name, {}).get("requires", ()))
