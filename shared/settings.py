"""Every environment variable that the project reads: name, type, default, meaning.

Nothing else in `dev`, `prod` or `shared` reads the environment (twelve-factor app,
factor III), so this file is the whole difference that configuration can make.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict

from shared import prediction_log
from shared.errors import ParityError

GUARD = ("enforce", "warn", "off")
SCORER = ("fastest", "pipeline")
_KINDS = {int: "a whole number", float: "a number"}


class SettingError(ParityError):
    """A setting has a value that it cannot have."""


def _setting(variable: str, default: str, meaning: str, choices: tuple[str, ...] = (), least: float = 0) -> Any:
    metadata = {"variable": variable, "default": default, "meaning": meaning, "choices": choices, "least": least}
    return field(metadata=metadata)


class ImageRecord(TypedDict):
    """What is known of an image."""

    id: str
    base: str
    lock_sha256: str
    revision: str


@dataclass(frozen=True)
class Settings:
    """What the environment says; `read()` makes one."""

    artifacts: Path = _setting("PARITY_ARTIFACTS", "/artifacts", "folder of data and models")
    image: str = _setting("PARITY_IMAGE", "unknown", "ID of the running image, from Compose")
    revision: str = _setting("PARITY_REVISION", "unknown", "Git revision the image was built from")
    lock_sha256: str = _setting("PARITY_LOCK_SHA256", "unknown", "SHA-256 of uv.lock")
    base: str = _setting("PARITY_BASE", "unknown", "base image, pulled or bootstrapped")
    sealed: str = _setting("PARITY_SEALED", "", "version of the model that the image was sealed with, if it was")
    guard: str = _setting("PARITY_GUARD", "enforce", "what to do with a model that gives other answers here", GUARD)
    scorer: str = _setting("PARITY_SCORER", "fastest", "what answers, pipeline or the fastest that equals it", SCORER)
    workers: int = _setting("PARITY_WORKERS", "0", "worker processes of gunicorn, 0 for one per CPU of the limit")
    threads: int = _setting("PARITY_THREADS", "32", "threads of each worker", least=1)
    drain_seconds: float = _setting("PARITY_DRAIN_SECONDS", "1", "from SIGTERM until connections are refused, seconds")
    request_seconds: float = _setting(
        "PARITY_REQUEST_SECONDS", "10", "from a request's first byte until all of it must be there, seconds", least=0.1
    )
    hosts: str = _setting("PARITY_HOSTS", "", "names the service answers to besides localhost, separated by commas")
    max_rows: int = _setting("PARITY_MAX_ROWS", "1000", "rows that a request may hold", least=1)
    max_body_bytes: int = _setting("PARITY_MAX_BODY_BYTES", "1048576", "bytes that a request body may hold", least=1)
    log_bytes: int = _setting("PARITY_LOG_BYTES", str(512 << 20), "bytes that the prediction log may take, 0 for none")

    @property
    def models(self) -> Path:
        """Folder of model folders and the `current` pointer."""
        return self.artifacts / "models"

    @property
    def data(self) -> Path:
        """Folder of collected data."""
        return self.artifacts / "data"

    @property
    def prepared(self) -> Path:
        """Folder of the pipeline's prepared rows."""
        return self.artifacts / "pipeline" / "prepared"

    @property
    def candidate(self) -> Path:
        """Folder of the pipeline's model."""
        return self.artifacts / "pipeline" / "model"

    @property
    def evaluation(self) -> Path:
        """Folder of that model's metrics and curves."""
        return self.artifacts / "pipeline" / "evaluation"

    @property
    def predictions(self) -> Path:
        """Folder of the prediction log."""
        return self.artifacts / prediction_log.FOLDER

    @cached_property
    def host_names(self) -> frozenset[str]:
        """`hosts`, one by one."""
        return frozenset(name.strip().lower() for name in self.hosts.split(",") if name.strip())

    def image_record(self) -> ImageRecord:
        """What is known of the image that runs, for a passport."""
        return {
            "id": self.image,
            "base": self.base,
            "lock_sha256": self.lock_sha256,
            "revision": self.revision,
        }


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Raises:
        SettingError: a number is not a number or too small, or a choice is not one.
    """
    values = {}
    for setting in fields(Settings):
        text = environ.get(setting.metadata["variable"], setting.metadata["default"])
        kind: Any = setting.type
        least, choices = setting.metadata["least"], setting.metadata["choices"]
        try:
            values[setting.name] = value = kind(text)
        except ValueError:
            raise _error(setting, text) from None
        if (choices and value not in choices) or (kind in _KINDS and not least <= value < float("inf")):
            raise _error(setting, text)
    return Settings(**values)


def _error(setting: Any, text: str) -> SettingError:
    variable, default, choices = (setting.metadata[name] for name in ("variable", "default", "choices"))
    kind = (
        f"one of {', '.join(choices)}" if choices else f"{_KINDS[setting.type]} of {setting.metadata['least']} or more"
    )
    return SettingError(
        f"{variable} cannot be {text!r}",
        evidence=f"it is {setting.metadata['meaning']}: {kind}",
        remedy=f"unset {variable} for its default {default!r}, or set it to {kind}",
    )
