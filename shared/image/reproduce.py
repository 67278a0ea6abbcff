"""Make a model again from its passport alone, and compare its files byte for byte.

The image is the one that the passport names, or one that is built again from the revision it names; the data are
collected by hash; training is training. Where bytes differ, so does an input, or else the machine.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared import lineage
from shared.errors import ParityError
from shared.image import build, checkout, dotenv, settings
from shared.image.engine import ask, inspect
from shared.image.paths import CACHE, ROOT
from shared.image.run import run, say
from shared.names import PROJECT
from shared.passport import CURRENT
from shared.passport import read as read_passport

DIRTY = "-dirty"


def reproduce(model: Path) -> tuple[bool, list[str]]:
    """Train again what a model folder's passport describes.

    Returns:
        whether all files are the same, byte for byte; the result as lines of text.

    Raises:
        ParityError: something it was made from cannot be had.
    """
    recorded = read_passport(model)
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="reproduce-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with _image(recorded["image"], folder) as (image, source):
            _train(recorded, image, source, folder / "artifacts")
        return _compared(recorded, read_passport(folder / "artifacts" / "models" / CURRENT))


@contextmanager
def _image(wanted: Mapping[str, str], folder: Path) -> Iterator[tuple[str, Path]]:
    """The image's ID, and the code that belongs to it as a folder on the host."""
    if inspect(wanted["id"], "{{.Id}}"):
        say(f"reproduce: the image is here, {wanted['id']}")
        yield wanted["id"], ROOT
        return
    revision = wanted["revision"]
    if revision == "unknown" or revision.endswith(DIRTY):
        raise ParityError(
            "the model's image is gone, and its code is in no commit",
            evidence=f"image {wanted['id']}, revision {revision}",
            remedy="commit before you train what is to be made again; or load the image: docker load",
        )
    tree = folder / "code"
    name = f"{checkout.name()}-reproduce"
    checkout.record("tag", f"{name}:latest", f"{PROJECT}/base:{name}")
    say(f"reproduce: the image is gone; building it again from revision {revision[:12]}, a minute or more")
    run("git", "worktree", "add", "--detach", tree, revision, timeout=60, cwd=ROOT, remedy="git fetch --unshallow")
    try:
        _share_downloads(tree / ".cache")
        command = (sys.executable, "-m", "shared.image", "build")
        env = {"COMPOSE_PROJECT_NAME": name}
        run(*command, timeout=1800, cwd=tree, remedy="make image", env=env, activity="reproduce: building the image")
        image = dotenv.read(tree / ".env")["PARITY_IMAGE"]
        checkout.record("image", image)
        yield image, tree
    finally:
        run("git", "worktree", "remove", "--force", tree, timeout=60, cwd=ROOT)


def _share_downloads(cache: Path) -> None:
    """Bases, tools and packages that are here: each is known by hashes, and is made only where another is wanted."""
    cache.mkdir()
    for name in ("tools", "uv"):
        (cache / name).symlink_to(CACHE / name)
    for name in ("bases", "site"):  # the latter is copied into the image, and Docker follows no link out of the folder
        if (CACHE / name).exists():
            shutil.copytree(CACHE / name, cache / name, symlinks=True, copy_function=os.link)


def _train(recorded: Mapping[str, Any], image: str, source: Path, artifacts: Path) -> None:
    artifacts.mkdir()
    user = build.prepare_artifacts(ask(), artifacts)
    collected = settings.artifacts() / "data" / recorded["data"]["name"]
    if collected.exists():  # what is there is verified all the same
        shutil.copytree(collected, artifacts / "data" / collected.name)
    say("reproduce: collecting the data by hash")
    collect = ("-m", "dev.collect", "--folder", artifacts / "data", "--url", recorded["data"]["url"])
    run(sys.executable, *collect, timeout=600, cwd=source, remedy="make data", activity="reproduce: data")
    say("reproduce: training")
    project = f"{checkout.name()}-reproduce"
    checkout.record("project", project)
    run(
        *("docker", "compose", "--file", "compose.dev.yml", "run", "--rm", "--no-TTY", "dev"),
        *("python3", "-m", "dev.train", *_options(recorded["parameters"])),
        timeout=1800,
        cwd=source,
        remedy="make dev",
        env={
            "PARITY_IMAGE": image,
            "PARITY_USER": user,
            "PARITY_ARTIFACTS": str(artifacts),
            "COMPOSE_PROJECT_NAME": project,
        },
        activity="reproduce: training",
    )


def _options(parameters: Mapping[str, Any]) -> Iterator[str]:
    """The options that were on the command line."""
    for name in ("sample", "test"):
        if parameters.get(name) is not None:
            yield from (f"--{name}", str(parameters[name]))
    for month in parameters.get("without", ()):
        yield from ("--without", month)


def _compared(recorded: Mapping[str, Any], again: Mapping[str, Any]) -> tuple[bool, list[str]]:
    names = sorted({*recorded["files"], *again["files"]})
    digests = [{name: file["sha256"] for name, file in passport["files"].items()} for passport in (recorded, again)]
    pairs = {name: (digests[0].get(name, "nothing"), digests[1].get(name, "nothing")) for name in names}
    lines = [
        f"  {name:<14} {then} " + ("again" if then == now else f"became {now}") for name, (then, now) in pairs.items()
    ]
    if digests[0] == digests[1]:
        return True, [f"REPRODUCED {recorded['version']}: the same bytes", *lines]
    lines.insert(0, f"NOT REPRODUCED {recorded['version']}: other bytes")
    changed = lineage.changed(lineage.inputs(recorded), lineage.inputs(again))
    for kind, facts in changed.items():
        lines += [f"  differs: {kind} {name}: {then} became {now}" for name, (then, now) in facts.items()]
    return False, lines + ([] if changed else list(_machine(recorded, again)))


def _machine(recorded: Mapping[str, Any], again: Mapping[str, Any]) -> Iterator[str]:
    """With the same inputs the machine differs: how far do the answers?"""
    cpus = [passport["environment"]["facts"]["cpu"]["value"] for passport in (recorded, again)]
    yield f"  all inputs are the same: the machine differs ({_cpu(cpus[0])} | {_cpu(cpus[1])})"
    then, now = recorded["golden"], again["golden"]
    if then["requests"] != now["requests"]:
        yield "  its golden requests are others, so answers cannot be compared"
        return
    moved = max(
        abs(a - b)
        for one, other in zip(then["scores"], now["scores"], strict=True)
        for a, b in zip(one, other, strict=True)
    )
    verdict = "within" if moved <= then["noise_floor"] else "beyond"
    yield f"  golden answers move by {moved:.1e} at most, {verdict} the noise floor of {then['noise_floor']:.1e}"


def _cpu(cpu: Mapping[str, Any]) -> str:
    return f"{cpu.get('architecture')}, {cpu.get('model')}"
