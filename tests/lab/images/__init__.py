"""The lab's images, built once: `${PARITY_NAME}-lab:NAME` from `NAME.txt`, pinned with hashes.

The first line of a file says what the image is based on: the product, or another Debian with the
product's code. To bump a version, edit it there and type
`.venv/bin/python -m tests.lab lock NAME`.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from shared.errors import ParityError
from shared.image import base, checkout
from shared.image.engine import Engine, ask, inspect
from shared.image.paths import CACHE, ROOT
from shared.image.run import run, say
from shared.image.slim import slim
from shared.image.wheels import PYTHON, REMEDY, UV_ENVIRONMENT, ensure_uv, install
from shared.names import LABEL, PROJECT

HERE = Path(__file__).parent
REPOSITORY = f"{checkout.own_name(ROOT)}-lab"
MOVED = tuple(f"{checkout.own_name(ROOT)}-{name}:stable" for name in ("team", "node-2"))
"""What the scenarios mutable-tag and one-tag-two-nodes build."""
KEY = f"io.github.{PROJECT}.lab"
BASES = {"product": PYTHON, "dask": PYTHON, "debian-12": "3.11"}
"""What an image can be based on, with its Python; `dask` is itself one of the lab's, and comes first by its name."""
DEBIAN_12 = base.Spec(
    name="base-debian-12",
    reference="python:3.11-slim-bookworm",
    packages=("ca-certificates", "libstdc++6", "netbase", "python3", "python3-venv", "tzdata"),
    suite="bookworm",
)


def known() -> list[str]:
    """Names of all images."""
    return sorted(path.stem for path in HERE.glob("*.txt"))


def ensure(names: Sequence[str], product: str) -> None:
    """Build those that are missing, or were built for another product, with a line for each.

    Args:
        product: ID of the image that dev and prod run.

    Raises:
        ParityError: no such image; a package cannot be had; the build fails.
    """
    engine = ask()
    checkout.record("tag", *MOVED, *(f"{REPOSITORY}:{name}" for name in ("product", *names)))
    run("docker", "tag", product, f"{REPOSITORY}:product", timeout=30)  # a build cannot start from an ID
    label = f'{{{{index .Config.Labels "{KEY}"}}}}'
    missing = [name for name in names if inspect(f"{REPOSITORY}:{name}", label) != _key(name, product)]
    for number, name in enumerate(missing, 1):
        title = f"lab: building {REPOSITORY}:{name} ({number} of {len(missing)})"
        say(title)
        _build(name, product, engine, title)


def lock(name: str) -> None:
    """Write the hashes of the versions that an image's file names."""
    path = HERE / f"{name}.txt"
    head, based_on = _head(name)
    pins = re.findall(r"^[\w.-]+==[\w.]+", path.read_text(), re.MULTILINE)
    compiled = run(
        *(ensure_uv(), "pip", "compile", "-", "--no-deps", "--generate-hashes", "--no-header", "--no-annotate"),
        *("--python-version", BASES[based_on], "--python-platform", "x86_64-manylinux_2_28"),
        timeout=120,
        env=UV_ENVIRONMENT,
        stdin="\n".join(pins),
        remedy=REMEDY,
    )
    path.write_text(f"{head}\n{compiled}")


def _build(name: str, product: str, engine: Engine, activity: str) -> None:
    _, based_on = _head(name)
    context = CACHE / "lab" / f"image.{os.getpid()}"
    key = _key(name, product)
    stage, tag = "packages", f"{REPOSITORY}:{based_on}"
    arguments = {"PRODUCT": tag, "BASE": tag}
    if based_on == "debian-12":
        arguments["PRODUCT"] = f"{REPOSITORY}:product"
        stage, arguments["BASE"] = "base", base.ensure(DEBIAN_12, engine).image
    try:
        (context / "site").mkdir(parents=True)
        install((HERE / f"{name}.txt").read_text(), context / "site", engine.arch, BASES[based_on])
        slim(context / "site")
        shutil.copy(HERE / "install.py", context)
        run(
            *("docker", "build", "--file", HERE / "Dockerfile", "--target", stage, "--network", "none"),
            *("--tag", f"{REPOSITORY}:{name}", "--label", LABEL, "--label", f"{KEY}={key}"),
            *(f"--build-arg={variable}={value}" for variable, value in arguments.items()),
            context,
            timeout=600,
            env={"DOCKER_BUILDKIT": "1", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"},
            remedy="correct what it names, then: make lab",
            activity=activity,
        )
    finally:
        shutil.rmtree(context, ignore_errors=True)


def _key(name: str, product: str) -> str:
    """A hash of everything that the image is made from."""
    _, based_on = _head(name)
    files = (f"{name}.txt", *(["dask.txt"] if based_on == "dask" else []), "Dockerfile", "install.py")
    recipe = [product.encode(), *((HERE / file).read_bytes() for file in files)]
    return hashlib.sha256(b"".join(recipe)).hexdigest()[:16]


def _head(name: str) -> tuple[str, str]:
    """The first line of an image's file, and what the image is based on."""
    path = HERE / f"{name}.txt"
    try:
        head = path.read_text().partition("\n")[0]
    except FileNotFoundError:
        have = ", ".join(known())
        raise ParityError(
            f"the lab has no image {name}",
            evidence=f"{path.relative_to(ROOT)} is missing; there are {have}",
            remedy="name one of these, or add the file",
        ) from None
    match = re.fullmatch(r"# on (\S+): .+", head)
    if not match or match[1] not in BASES:
        expected = f"expected `# on {' or '.join(BASES)}: what for`, got {head!r}"
        raise ParityError(
            f"the first line of {path.relative_to(ROOT)} is wrong", evidence=expected, remedy="correct that line"
        )
    return head, match[1]
