"""What was probably meant by a source that does not exist."""

import re
from difflib import get_close_matches
from pathlib import Path

from shared.errors import ParityError
from shared.parity.sources import docker

KINDS = ("image", "container", "archive", "file")
REFERENCE = re.compile(r"[a-z0-9][\w.-]*(:\d+)?(/[\w.-]+)*(:[\w.-]+|@sha256:[0-9a-f]{64})")
"""What an image with its tag or digest is called (OCI distribution)."""
ARCHIVES = (".tar", ".tar.gz", ".tgz")


def remedy(source: str, otherwise: str = "docker image ls and docker container ls list what there is") -> str:
    """A question with the source that was probably meant, or else where to look."""
    meant = _meant(source)
    return f"did you mean {meant}?" if meant and meant != source else otherwise


def _meant(source: str) -> str | None:
    kind, _, name = source.partition(":")
    if kind not in KINDS:
        if name and (near := get_close_matches(kind, KINDS, 1, 0.7)):
            return f"{near[0]}:{name}"
        if Path(source).is_file():
            return f"{'archive' if source.endswith(ARCHIVES) else 'file'}:{source}"
        name = source
    kinds = (kind,) if kind in KINDS else KINDS
    known = {f"{found}:{other}": other for found, names in _names().items() if found in kinds for other in names}
    exact = next((full for full, other in known.items() if other in (name, f"{name}:latest")), None)
    close = get_close_matches(name, known.values(), 1, 0.8)
    meant = exact or next((full for full, other in known.items() if [other] == close), None)
    if meant is None and kind not in KINDS and REFERENCE.fullmatch(source):
        return f"image:{source}"
    return meant


def _names() -> dict[str, list[str]]:
    """Images with their tags, and running containers."""
    try:
        images = docker.run("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split()
        containers = docker.run("container", "ls", "--format", "{{.Names}}").split()
    except ParityError:
        return {}
    return {"image": [name for name in images if "<none>" not in name], "container": containers}
