"""Which packages a model's predictions may run through."""

from typing import Any

from shared.compare.report import Snapshot


def on_path(snapshot: Snapshot) -> set[str]:
    """Distributions that are imported, as a replay saw, or by the code, and what these require.

    Of what the code imports, extras count too: it may use them merely because they are there. Where a replay saw what
    is loaded, only those that it loaded do. The server and its framework are imported, though a replay of a model does
    not go through them.
    """
    packages: dict[str, Any] = snapshot.value("packages") or {}
    imports = {*(snapshot.value("imports") or ()), *(snapshot.value("servers") or ())}
    imported = _reached(packages, {name for name, package in packages.items() if imports & set(package["modules"])})
    loaded = snapshot.value("loaded")
    if loaded is not None:
        return set(loaded) | imported
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
