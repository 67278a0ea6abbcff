"""A software bill of materials of the image (CycloneDX): what is installed in it, looked up in it.

cyclonedx-py runs in the image, from a folder that is mounted for it, and finds the Python packages as Python would;
dpkg has those of the system.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from shared.image import wheels
from shared.image.build import BuiltImage
from shared.image.engine import ask
from shared.image.run import run, say
from shared.names import PROJECT

FILE = "sbom.cdx.json"
TOOLS = "/tools"
PROGRAM = f"""
import runpy, sys
sys.path.insert(0, "{TOOLS}/lib/python{wheels.PYTHON}/site-packages")
sys.argv = ["cyclonedx-py", "environment", "--output-reproducible", "{wheels.VENV}/bin/python3"]
runpy.run_module("cyclonedx_py", run_name="__main__")
"""
PYTHON = "import platform; print(platform.python_version())"
DPKG = ("dpkg-query", "--show", "--showformat", "${Package} ${Version} ${Architecture}\\n")
RELEASE = 'import platform; release = platform.freedesktop_os_release(); print(release["ID"], release["VERSION_ID"])'


def write(image: BuiltImage, folder: Path) -> str:
    """Write the bill into a folder; returns a line that says what is in it.

    Raises:
        ParityError: the tool cannot be had, or finds nothing out.
    """
    tools = wheels.ensure_site("sbom", ask().arch)
    say("sbom: looking into the image")
    bill: dict[str, Any] = json.loads(_inside(image.id, "python3", "-c", PROGRAM, tools=tools))
    packages = bill["components"]
    system = _system(image.id)
    packages.sort(key=lambda component: component["bom-ref"].lower())
    bill["components"] = [*packages, *system]
    bill["metadata"]["component"] = {
        "bom-ref": image.id,
        "name": PROJECT,
        "type": "container",
        "version": image.id,
        "properties": [{"name": "base", "value": image.base.source}],
    }
    path = folder / FILE
    path.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n")
    return f"{path}: {len(packages)} packages of Python and {len(system)} of the system, in {image.id}"


def _system(image: str) -> list[dict[str, str]]:
    """Python itself, and the packages of the distribution."""
    python = _inside(image, "python3", "-c", PYTHON).strip()
    name, version = _inside(image, "python3", "-c", RELEASE).split()
    found = [_component("cpython", python, f"pkg:generic/cpython@{python}")]
    for line in sorted(_inside(image, *DPKG).splitlines()):
        package, revision, arch = line.split()
        where = f"?arch={arch}&distro={name}-{version}"
        found.append(
            _component(package, revision, f"pkg:deb/{name}/{quote(package)}@{quote(revision, safe='')}{where}")
        )
    return found


def _component(name: str, version: str, purl: str) -> dict[str, str]:
    return {"bom-ref": purl, "name": name, "purl": purl, "type": "library", "version": version}


def _inside(image: str, *command: str, tools: Path | None = None) -> str:
    """What a command prints in the image."""
    mounted = ("--volume", f"{tools}:{TOOLS}:ro") if tools else ()
    sealed = ("--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL")  # noqa: S108
    return run("docker", "run", *sealed, *mounted, image, *command, timeout=120, activity="sbom: looking")
