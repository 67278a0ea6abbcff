"""Base images: pulled where a registry answers, bootstrapped from Debian's packages where none does.

A base is known by the ID that was recorded when it came. A tag is only a name that a build can stand on: it must still
point to that image.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.errors import ParityError
from shared.image import bootstrap, checkout, debian
from shared.image.engine import Engine, inspect
from shared.image.paths import CACHE
from shared.image.run import run, say
from shared.names import LABEL, PROJECT

RECORDS = CACHE / "bases"


@dataclass(frozen=True)
class Spec:
    """A base: where it is in a registry, and the Debian suite, packages and config that give the same thing."""

    name: str
    reference: str
    packages: tuple[str, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    suite: str = debian.SUITE

    @property
    def tag(self) -> str:
        """Of this checkout's own: another one's may be of another day."""
        return f"{PROJECT}/{self.name}:{checkout.repository()}"

    def recipe(self, arch: str) -> str:
        """Changes whenever the base would."""
        parts = (self, arch, bootstrap.EPOCH, bootstrap.LEFT_OUT, bootstrap.HOOKS)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Base:
    """A base image that is there.

    Attributes:
        image: the tag to build on.
        id: of the image that the tag must point to.
        origin: registry or bootstrap.
        source: what it was made of.
    """

    image: str
    id: str
    origin: str
    source: str


PYTHON = Spec(
    name="base",
    # 3.13.15 on Debian 13.6
    reference="python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285",
    # Wheels for manylinux may count on libstdc++.
    packages=("ca-certificates", "libstdc++6", "netbase", "python3", "tzdata"),
)
BROWSE = (
    "socat TCP4-LISTEN:9222,fork,reuseaddr TCP4:127.0.0.1:9223 &"
    " exec chromium-headless-shell --no-sandbox --disable-dev-shm-usage --disable-gpu"
    " --user-data-dir=/tmp/profile --remote-debugging-port=9223"
)
BROWSER = Spec(
    name="browser",
    reference="chromedp/headless-shell:143.0.7499.170",
    packages=("ca-certificates", "chromium-headless-shell", "fonts-dejavu-core", "socat"),
    # As in the registry's image, `docker run -p 127.0.0.1::9222` is all that a test needs. Chromium
    # listens on its container's loopback only, whatever its options, so socat stands before it.
    config={"Entrypoint": ["sh", "-c", BROWSE], "ExposedPorts": {"9222/tcp": {}}},
)
BALANCER = Spec(name="balancer", reference="haproxy:3.0-trixie", packages=("haproxy",))


def ensure(spec: Spec, engine: Engine) -> Base:
    """The base image, made if it is not there yet; says which way it came.

    Raises:
        ParityError: neither a registry nor Debian's packages gave it, or its tag was moved.
    """
    found = find(spec, engine) or _make(spec, engine)
    say(f"{spec.name}: {found.source}")
    return found


def find(spec: Spec, engine: Engine) -> Base | None:
    """The base image, if it was recorded and is here.

    Raises:
        ParityError: its tag points to another image.
    """
    try:
        record = json.loads((RECORDS / f"{spec.name}.json").read_text())
    except (OSError, ValueError):
        return None
    if record.pop("recipe", "") != spec.recipe(engine.arch) or not inspect(record["id"], "{{.Id}}"):
        return None
    found = Base(**record, image=spec.tag)
    tagged = inspect(spec.tag, "{{.Id}}")
    if not tagged:
        _tag(found.id, spec.tag)
    elif tagged != found.id:
        raise ParityError(
            "the base image is not the one that was recorded",
            evidence=f"{spec.tag}: expected {found.id}, got {tagged}",
            remedy=f"find out who moved the tag, then: docker tag {found.id} {spec.tag}",
        )
    return found


def _make(spec: Spec, engine: Engine) -> Base:
    try:
        run("docker", "pull", "--quiet", spec.reference, timeout=600, activity=f"{spec.name}: pulling {spec.reference}")
        _tag(spec.reference, spec.tag)
        origin, source = "registry", spec.reference
    except ParityError as error:
        say(f"{spec.name}: no registry gave {spec.reference}: {error.evidence.splitlines()[-1].strip()}")
        say(f"{spec.name}: bootstrapping it from Debian {spec.suite}'s packages instead, up to a minute")
        name, value = LABEL.split("=")
        config = {**spec.config, "Labels": {name: value}}
        bootstrap.bootstrap(spec.name, spec.packages, spec.suite, engine, config, spec.tag)
        checkout.record("tag", spec.tag)
        origin = "bootstrap"
        source = f"debian:{spec.suite}@{inspect(spec.tag, '{{index .RootFS.Layers 0}}')}"
    identity = inspect(spec.tag, "{{.Id}}")
    if not identity:
        raise ParityError(
            f"the image {spec.name} was made, and is gone", evidence=spec.reference, remedy="make image, once more"
        )
    if origin == "bootstrap":
        checkout.record("image", identity)
    made = Base(spec.tag, identity, origin, f"{origin} {source}")
    record = {name: value for name, value in asdict(made).items() if name != "image"}
    RECORDS.mkdir(parents=True, exist_ok=True)
    fresh = RECORDS / f"{spec.name}.{os.getpid()}"  # what is there may be a hard link to another checkout's
    fresh.write_text(json.dumps({**record, "recipe": spec.recipe(engine.arch)}) + "\n")
    fresh.replace(RECORDS / f"{spec.name}.json")
    return made


def _tag(image: str, tag: str) -> None:
    run("docker", "tag", image, tag, timeout=30)
    checkout.record("tag", tag)
