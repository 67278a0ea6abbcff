import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared import names

FORK = '[project]\nname = "bike-rentals"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("text", "model", "registered"),
    [(FORK, "bike-rentals", "bike-rentals"), (FORK + '[tool.models]\nmetrics = "demand"\n', "demand", "bike-rentals")],
)
def test_one_line_names_all(text: str, model: str, registered: str, tmp_path: Path) -> None:
    """Models too, where they have no names of their own."""
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "shared").mkdir()
    shutil.copy(Path(names.__file__), tmp_path / "shared")
    program = "from shared import names as n; print(n.PROJECT, n.TITLE, n.MODEL, n.REGISTERED_MODEL, n.LABEL, sep='|')"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    label = "org.opencontainers.image.title=bike-rentals"
    assert done.stdout.strip().split("|") == ["bike-rentals", "Bike Rentals", model, registered, label]


def test_the_project_has_a_name_that_docker_and_pypi_know() -> None:
    """It is part of the names of images, containers and networks, and the distribution's."""
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", names.PROJECT)
