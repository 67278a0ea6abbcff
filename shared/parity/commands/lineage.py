"""Where a model comes from, and what it answered."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared import lineage
from shared.errors import ParityError
from shared.parity.options import CURRENT, Options, model_folder, write
from shared.parity.sources import copied, environment
from shared.parity.sources.environment import Environment
from shared.passport import MANIFEST

__doc__ = lineage.__doc__


IMAGE = "image:"
INSIDE = f"/artifacts/models/current/{MANIFEST}"
MAX_BYTES = 16 << 20


def add_options(options: Options) -> None:
    """The model."""
    help_ = f"a model folder, such as {CURRENT}, or image:REF, the model that an image is sealed with"
    options.parser.add_argument("model", type=_model, metavar="MODEL", help=help_)
    logs = "the prediction log of what it answered, or a folder of several replicas' (default: beside the models)"
    options.add("log", Path, logs, metavar="PATH")
    options.add_output(*lineage.FORMATS)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    with _folder(options.model) as folder:
        found = lineage.lineage(folder, [options.log] if options.log else ())
        write(options.output, lineage.FORMATS[options.format](found))
    return 0


def _model(value: str) -> str:
    return value if value.startswith(IMAGE) else str(model_folder(value))


@contextmanager
def _folder(model: str) -> Iterator[Path]:
    """The model's folder; of an image one that has its passport, read without running anything of it.

    Raises:
        ParityError: the image has no model, or there is none.
    """
    if not model.startswith(IMAGE):
        yield Path(model)
        return
    image = model.removeprefix(IMAGE)
    environment.check(Environment("image", image))
    content = copied.whole(image, INSIDE, MAX_BYTES)
    if content is None:
        raise ParityError(
            f"image {image} has no model",
            evidence=f"there is no {INSIDE} in it",
            remedy=f"make seal makes an image with one; or name a model folder, such as {CURRENT}",
        )
    with tempfile.TemporaryDirectory(prefix="parity-") as name:
        folder = Path(name) / "models" / "current"
        folder.mkdir(parents=True)
        (folder / MANIFEST).write_bytes(content)
        yield folder
