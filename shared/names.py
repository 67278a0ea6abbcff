"""What the project is called: `name` in pyproject.toml, the one line that a fork changes.

After it are called the Compose project, the images and their labels, the distribution, the page, and the models, unless
`[tool.models]` gives these other names.
"""

import tomllib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "pyproject.toml"


def _read() -> Mapping[str, Any]:
    """The file of this checkout or of the image; of a wheel, what its metadata have of that."""
    if _FILE.exists():
        return tomllib.loads(_FILE.read_text(encoding="utf-8"))
    (name,) = {*metadata.packages_distributions()["shared"]}
    return {"project": {"name": name, "version": metadata.version(name)}}


_content = _read()
_models: Mapping[str, str] = _content.get("tool", {}).get("models", {})

PROJECT: str = _content["project"]["name"]
VERSION: str = _content["project"]["version"]
TITLE = PROJECT.replace("-", " ").title()
"""As people read it."""
MODEL = _models.get("metrics", PROJECT)
"""In prod's metrics."""
REGISTERED_MODEL = _models.get("mlflow", PROJECT)
"""In MLflow: the experiment, and the registered model."""
LABEL = f"org.opencontainers.image.title={PROJECT}"
"""Of images and containers that are made here. Images built on one inherit it, so it says nothing of whose they are."""
