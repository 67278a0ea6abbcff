"""The lab's images, built once: `parity-sandbox-lab:NAME` from `NAME.txt`, pinned with hashes.

A file's first line says what the image stands on: the product, or another Debian with the
product's code. To bump a version, edit it there and type
`.venv/bin/python -m tests.lab.images lock NAME`.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from shared.errors import ParityError
from shared.image import base
from shared.image.engine import LABEL, Engine, ask, inspect
from shared.image.paths import CACHE, ROOT
from shared.image.run import run, say
from shared.image.slim import slim
from shared.image.wheels import PYTHON, REMEDY, UV_ENVIRONMENT, ensure_uv, install

HERE = Path(__file__).parent
REPOSITORY = "parity-sandbox-lab"
KEY = "io.github.parity-sandbox.lab"
BASES = {"product": PYTHON, "debian-12": "3.11"}
"""What an image can stand on, with its Python."""
DEBIAN_12 = base.Spec(
    name="base-debian-12",
    reference="python:3.11-slim-bookworm",
    packages=("ca-certificates", "libstdc++6", "netbase", "python3", "python3-venv", "tzdata"),
    suite="bookworm",
)


def known() -> list[str]:
    """Names of all images."""
    return sorted(path.stem for path in HERE.glob("*.txt"))


def ensure(names: Iterable[str], product: str) -> None:
    """Build those that are not there yet for the product's image with that ID, with a line for each.

    Raises:
        ParityError: no such image; a package cannot be had; the build fails.
    """
    engine = ask()
    run("docker", "tag", product, f"{REPOSITORY}:product", timeout=30)  # a build cannot stand on an ID
    for name in names:
        if inspect(f"{REPOSITORY}:{name}", f'{{{{index .Config.Labels "{KEY}"}}}}') != _key(name, product):
            _build(name, product, engine)


def lock(name: str) -> None:
    """Write the hashes of the versions that an image's file names."""
    path = HERE / f"{name}.txt"
    head, stands_on = _head(name)
    pins = re.findall(r"^[\w.-]+==[\w.]+", path.read_text(), re.MULTILINE)
    compiled = run(
        *(ensure_uv(), "pip", "compile", "-", "--no-deps", "--generate-hashes", "--no-header", "--no-annotate"),
        *("--python-version", BASES[stands_on], "--python-platform", "x86_64-manylinux_2_28"),
        timeout=120,
        env=UV_ENVIRONMENT,
        stdin="\n".join(pins),
        remedy=REMEDY,
    )
    path.write_text(f"{head}\n{compiled}")


def _build(name: str, product: str, engine: Engine) -> None:
    say(f"lab: building {REPOSITORY}:{name}")
    _, stands_on = _head(name)
    context = CACHE / "lab" / f"image.{os.getpid()}"
    key = _key(name, product)
    stage, stand = "packages", f"{REPOSITORY}:product"
    arguments = {"PRODUCT": stand, "BASE": stand}
    if stands_on != "product":
        stage, arguments["BASE"] = "base", base.ensure(DEBIAN_12, engine).image
    try:
        (context / "site").mkdir(parents=True)
        install((HERE / f"{name}.txt").read_text(), context / "site", engine.arch, BASES[stands_on])
        slim(context / "site")
        shutil.copy(HERE / "install.py", context)
        run(
            *("docker", "build", "--file", HERE / "Dockerfile", "--target", stage, "--network", "none"),
            *("--tag", f"{REPOSITORY}:{name}", "--label", LABEL, "--label", f"{KEY}={key}"),
            *(f"--build-arg={variable}={value}" for variable, value in arguments.items()),
            context,
            timeout=600,
            env={"DOCKER_BUILDKIT": "1", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"},
            remedy="mend what it names, then: make lab",
        )
    finally:
        shutil.rmtree(context, ignore_errors=True)


def _key(name: str, product: str) -> str:
    """Changes whenever the image would."""
    recipe = [product.encode(), *((HERE / file).read_bytes() for file in (f"{name}.txt", "Dockerfile", "install.py"))]
    return hashlib.sha256(b"".join(recipe)).hexdigest()[:16]


def _head(name: str) -> tuple[str, str]:
    """The first line of an image's file, and what it says the image stands on."""
    path = HERE / f"{name}.txt"
    try:
        head = path.read_text().partition("\n")[0]
    except FileNotFoundError:
        have = ", ".join(known())
        raise ParityError(
            f"the lab has no image {name}", evidence=f"no {path.relative_to(ROOT)}; there are {have}", remedy="add it"
        ) from None
    said = re.fullmatch(r"# on (\S+): .+", head)
    if not said or said[1] not in BASES:
        expected = f"expected `# on {' or '.join(BASES)}: what for`, got {head!r}"
        raise ParityError(
            f"{path.relative_to(ROOT)} is no image of the lab", evidence=expected, remedy="mend that line"
        )
    return head, said[1]
