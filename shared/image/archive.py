"""Images as `docker save` writes them and `docker load` reads them (OCI image specification, image configuration).

An image's ID is the hash of its config. Engines before 23 write the present time into that, whatever SOURCE_DATE_EPOCH
says; a config with a fixed time over the same layers is the same image with the same ID, whenever it was built.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.image.paths import CACHE
from shared.image.run import run
from shared.image.wheels import EPOCH

CREATED = datetime.fromtimestamp(EPOCH, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
"""One time, which any fixed one may be."""
NO_LAYER = ("ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "STOPSIGNAL", "USER", "VOLUME")
"""Instructions of a Dockerfile that change the config alone."""


def write(
    archive: Path, described: Mapping[str, Any], tags: Sequence[str] = (), layers: Mapping[str, Path] | None = None
) -> str:
    """Write an image; returns its ID.

    Args:
        described: its config. `created` need not be in it.
        layers: files of those that the engine may lack, by hash.
    """
    layers = layers or {}
    config = json.dumps({**described, "created": CREATED}, sort_keys=True).encode()
    identity = hashlib.sha256(config).hexdigest()
    names = [f"{digest}.tar" for digest in described["rootfs"]["diff_ids"]]
    manifest = [{"Config": f"{identity}.json", "RepoTags": list(tags), "Layers": names}]
    with tarfile.open(archive, "w") as tar:
        for name, content in ((f"{identity}.json", config), ("manifest.json", json.dumps(manifest).encode())):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for digest, layer in layers.items():
            tar.add(layer, f"{digest}.tar")
    return f"sha256:{identity}"


def settle(identity: str) -> str:
    """The ID of the same image without the time at which it was built, which the engine has then.

    Raises:
        ParityError: the engine does not take it.
    """
    (built,) = json.loads(run("docker", "image", "inspect", identity, timeout=30))
    if built["Created"] == CREATED:
        return identity  # the engine knows SOURCE_DATE_EPOCH
    layers = built["RootFS"]["Layers"]
    described = {
        "architecture": built["Architecture"],
        "os": built["Os"],
        "config": {name: value for name, value in built["Config"].items() if value},
        "rootfs": {"type": "layers", "diff_ids": layers},
        "history": _history(identity),
    }
    if len([step for step in described["history"] if not step.get("empty_layer")]) != len(layers):
        del described["history"]  # a base whose history is written otherwise
    archive = CACHE / f"image.{os.getpid()}.tar"
    try:
        settled = write(archive, described)
        run("docker", "load", "--quiet", "--input", archive, timeout=60)
    finally:
        archive.unlink(missing_ok=True)
    return settled


def _history(identity: str) -> list[dict[str, Any]]:
    """What made each layer, without when."""
    lines = run("docker", "image", "history", "--no-trunc", "--format", "{{json .}}", identity, timeout=30).splitlines()
    steps = [json.loads(line)["CreatedBy"] for line in reversed(lines)]
    return [{"created": CREATED, "created_by": step, **_empty(step)} for step in steps]


def _empty(step: str) -> dict[str, bool]:
    return {"empty_layer": True} if step.startswith(NO_LAYER) else {}
