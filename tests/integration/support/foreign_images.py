"""Images of other people: the base they stand on, what one holds, and how many are built at once."""

import base64
import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.names import LABEL

AT_ONCE = 25  # targets: older engines lose jobs among many


@dataclass(frozen=True)
class Base:
    """The base, and its Python.

    Attributes:
        image: reference.
        python: path of its Python.
        packages: folder where it looks for packages.
        compiled: byte code of sources, by name.
    """

    image: str
    python: str
    packages: str
    compiled: Mapping[str, bytes]


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass
class Layout:
    """What an image holds.

    Attributes:
        lines: of its Dockerfile, after its files are in place.
        files: by path; text is executable where it begins with #!.
    """

    lines: list[str]
    files: dict[str, str | bytes | Link] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Its files, below a folder."""
        for name, content in self.files.items():
            path = folder / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Link):
                path.symlink_to(content.target)
                continue
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            if isinstance(content, str) and content.startswith("#!"):
                path.chmod(0o755)


QUESTION = """\
import base64, json, marshal, importlib.util, importlib._bootstrap_external as boot, os, sys, sysconfig, site
codes = json.loads(sys.argv[1])
compiled = {value: base64.b64encode(boot._code_to_timestamp_pyc(compile(text, "serve.py", "exec"))).decode()
            for value, text in codes.items()}
packages = [path for path in sys.path if path.startswith("/usr/local/") and path.endswith("-packages")][0]
print(json.dumps([sys.executable, packages, compiled]))
"""


def base(image: str, codes: Mapping[str, str]) -> Base:
    """Ask the Python of a base image, which compiles these sources, too."""
    asked = ["--entrypoint=python3", image, "-c", QUESTION, json.dumps(codes)]
    command = ["docker", "run", "--rm", "--network=none", *asked]
    answered = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    python, packages, compiled = json.loads(answered)
    return Base(image, python, packages, {value: base64.b64decode(text) for value, text in compiled.items()})


def build(made: Mapping[str, Layout], base: Base, repository: str, folder: Path) -> dict[str, str]:
    """All of them, many at once; their references, by name."""
    targets = {}
    for name, layout in made.items():
        (folder / name).mkdir()
        layout.write(folder / name)
        lines = [f"FROM {base.image}", f"LABEL {LABEL}", f"COPY {name}/ /", *layout.lines]
        targets[name] = {
            "context": ".",
            "dockerfile-inline": "\n".join(lines),
            "network": "none",
            "tags": [f"{repository}:{name}"],
        }
    (folder / "bake.json").write_text(json.dumps({"target": targets}))
    names = list(made)
    for first in range(0, len(names), AT_ONCE):
        command = ["docker", "buildx", "bake", "--file", "bake.json", "--progress", "plain"]
        some = names[first : first + AT_ONCE]
        done = subprocess.run([*command, *some], cwd=folder, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-2000:]
    return {name: f"{repository}:{name}" for name in made}
