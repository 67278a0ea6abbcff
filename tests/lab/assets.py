"""What scenarios need, made once and kept in .cache/lab: models, flights with dev's answers, images."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.image import checkout, dotenv
from shared.image.run import run, say
from tests.lab import catalog, images
from tests.lab.sandbox import ROOT, give_to_image_user
from tests.lab.scenario import Scenario

LAB = ROOT / ".cache" / "lab"
MODEL = LAB / "artifacts" / "models" / "current"
FLIGHTS = LAB / "flights.json"
OPTIONS: dict[str, tuple[str, ...]] = {
    "artifacts": (),
    "older": ("--sample", "20000"),
    "winter": ("--test", "2013-03-18/2013-04-01"),
}
"""The lab's models, by their folders: the current one; one to confuse it with; one that knows the first months only."""
TEST_FLIGHTS = Path(__file__).parent / "client" / "flights.py"
LIMIT_SECONDS = 900


def product() -> str:
    """ID of the image that dev and prod run.

    Raises:
        ParityError: there is no image, or no data.
    """
    image = dotenv.read(ROOT / ".env").get("PARITY_IMAGE", "")
    if not image or not (ROOT / "artifacts" / "data").exists():
        raise ParityError("there is nothing to break", evidence="no image in .env, or no data", remedy="make lab")
    return image


def prepare(chosen: Sequence[Scenario], more_models: Sequence[str] = (), more_images: Sequence[str] = ()) -> None:
    """Make what these scenarios need, and what is named beside them, and is not there yet.

    Raises:
        ParityError: something could not be made.
    """
    image = product()
    checkout.record("project", *(scenario.project for scenario in chosen))  # which one may start by hand
    for name in ("artifacts", *sorted({*catalog.models(chosen), *more_models})):
        if _trained_in(LAB / name / "models" / "current") != image:
            _make(name, image)
    if _asked() != _passport(MODEL)["version"]:
        activity = "lab: asking its model about flights that it has not seen"
        say(activity)
        FLIGHTS.write_text(_dev(LAB / "artifacts", activity, "python3", "-", stdin=TEST_FLIGHTS.read_text()))
    images.ensure(sorted({*catalog.images(chosen), *more_images}), image)


def answers(flights: Sequence[dict[str, Any]]) -> list[float]:
    """What dev's model answers to these flights: probabilities."""
    program = "import sys; from shared import artifact, contract, settings; import msgspec\n"
    program += f"rows = msgspec.convert(msgspec.json.decode({json.dumps(flights)!r}), list[contract.Row])\n"
    program += "model = artifact.load(settings.read().models / artifact.CURRENT)\n"
    program += "print(msgspec.json.encode(model.scores(rows)[:, 0].tolist()).decode())"
    return list(json.loads(_dev(LAB / "artifacts", "lab: asking its model", "python3", "-", stdin=program)))


def missing(chosen: Sequence[Scenario]) -> str:
    """Why these scenarios cannot run; "" if they can. It does not look for images: Compose says which one it lacks."""
    try:
        image = product()
    except ParityError as error:
        return error.what
    for name in ("artifacts", *sorted(catalog.models(chosen))):
        if _trained_in(LAB / name / "models" / "current") != image:
            return f"the lab has no model `{name}` of this image"
    return "" if _asked() == _passport(MODEL)["version"] else "the lab has no flights"


def _flights() -> dict[str, Any]:
    """The flights that the client sends, with dev's answers, as `client/flights.py` prints them."""
    return dict(json.loads(FLIGHTS.read_text()))


def _passport(model: Path) -> dict[str, Any]:
    """A model's passport; {} if there is no model."""
    try:
        return dict(json.loads((model / "manifest.json").read_text()))
    except (OSError, ValueError):
        return {}


def _trained_in(model: Path) -> str:
    """ID of the image that a model was trained in; "" if there is no model."""
    return str(_passport(model).get("image", {}).get("id", ""))


def _asked() -> str:
    """Version of the model whose answers the flights come with; "" if there are none."""
    try:
        return str(_flights()["model"])
    except (OSError, ValueError, KeyError):
        return ""


def _make(name: str, image: str) -> None:
    folder = LAB / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "artifacts" / "data", folder / "data")
    (folder / "models").mkdir()
    yours = ROOT / "artifacts" / "models" / "current"
    if _is_default(yours, image) and not OPTIONS[name]:
        say(f"lab: taking your model {yours.resolve().name}: training would give the same again")
        shutil.copytree(yours, folder / "models" / yours.resolve().name)
        (folder / "models" / "current").symlink_to(yours.resolve().name)
        return
    activity = f"lab: training the model `{name}`"
    say(f"{activity}, half a minute or more")
    give_to_image_user(folder)
    _dev(folder, activity, "python3", "-m", "dev.train", *OPTIONS[name])


def _is_default(model: Path, image: str) -> bool:
    """Whether it is the model that training without options gives in this image, byte for byte."""
    options = ("sample", "test", "without")
    parameters = _passport(model).get("parameters", {})
    return _trained_in(model) == image and not any(parameters.get(option) for option in options)


def _dev(artifacts: Path, activity: str, *command: str, stdin: str | None = None) -> str:
    """Run a command in the dev container, on these artifacts, and return what it prints.

    Raises:
        ParityError: it failed, or took too long.
    """
    return run(
        *("docker", "compose", "--file", "compose.dev.yml", "run", "--rm", "--no-TTY", "dev", *command),
        timeout=LIMIT_SECONDS,
        remedy="make dev",
        cwd=ROOT,
        env={"PARITY_ARTIFACTS": str(artifacts)},
        stdin=stdin,
        activity=activity,
    )
