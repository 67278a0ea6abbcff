"""The solution's list of packages has the versions of the image."""

import json

from tests.lab.practice import containers


def solution(folder):
    """Exact versions."""
    _pin(folder)


def wrong_constant(folder):
    """Exact versions, too."""
    _pin(folder)


def _pin(folder):
    versions = json.loads(containers.python(containers.VERSIONS, "numpy", "pandas"))
    (folder / "requirements.txt").write_text("".join(f"{name}=={version}\n" for name, version in versions.items()))
