"""Another version of a model, where a test needs two and not another training."""

import json
import shutil
from collections.abc import Callable

from tests.integration.support.gate import sealed
from tests.lab.sandbox import Sandbox, give_to_image_user

VERSION = "20300101T000000-00000000"


def twin(sandbox: Sandbox, change: Callable[[str], str] = str) -> str:
    """Keep the current model under another version, too, with its passport changed after it was sealed."""
    folder = sandbox.models / VERSION
    shutil.copytree((sandbox.models / "current").resolve(), folder)
    passport = json.loads((folder / "manifest.json").read_text())
    sealed(folder, json.dumps({**passport, "version": VERSION}))
    (folder / "manifest.json").write_text(change((folder / "manifest.json").read_text()))
    give_to_image_user(sandbox.models)
    return VERSION


def publish(sandbox: Sandbox, version: str) -> None:
    """Make it current, as training does, without a word to who serves."""
    (sandbox.models / "current").unlink()
    (sandbox.models / "current").symlink_to(version)
    give_to_image_user(sandbox.models)
