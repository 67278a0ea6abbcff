"""What teams look at without a gate, asked of real pip: do the packages of two images differ, are they consistent?"""

import json
import subprocess
from functools import cache
from pathlib import Path

import pip

from tests.lab import assets

PIP = Path(pip.__file__).parent


def noticed(dev: str, prod: str) -> dict[str, bool]:
    """Whether `pip freeze` and `pip check` tell one image from the other, both given by their IDs."""
    if dev == prod:
        return {"freeze": False, "check": False}
    ours, theirs = _outputs(dev), _outputs(prod)
    return {"freeze": ours["freeze"] != theirs["freeze"], "check": ours["check"] != theirs["check"]}


@cache
def _outputs(image: str) -> dict[str, str]:
    """What pip, mounted into the image, prints; kept, since an image does not change."""
    path = assets.LAB / "pip" / f"{image.removeprefix('sha256:')[:16]}.json"
    if not path.exists():
        outputs = {command: _pip(image, command) for command in ("freeze", "check")}
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(outputs))
    return dict(json.loads(path.read_text()))


def _pip(image: str, command: str) -> str:
    mount = ("--volume", f"{PIP}:/probe/pip:ro", "--env", "PYTHONPATH=/probe")
    run = ["docker", "run", "--rm", "--network", "none", *mount, "--entrypoint", "python3", image, "-m", "pip", command]
    done = subprocess.run([*run, "--no-input"], capture_output=True, text=True, timeout=120)
    assert command == "check" or done.returncode == 0, done.stderr
    return done.stdout
