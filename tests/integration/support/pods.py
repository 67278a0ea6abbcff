"""The Pod of prod/kubernetes, run by Podman: what Kubernetes' own parts would do with it, no more."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.lab.sandbox import ROOT

FOLDER = ROOT / "prod" / "kubernetes"
# As in compose.prod.yml; Podman's own are more than a machine may allow.
LIMITS = '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]\n'


def documents(text: str) -> dict[str, dict[str, Any]]:
    """Those of a YAML stream, by kind and name."""
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in yaml.safe_load_all(text)}


def deployment() -> dict[str, Any]:
    """The Deployment, as it is written."""
    return documents((FOLDER / "deployment.yaml").read_text())["Deployment/prod"]


def pod(image: str, port: int) -> dict[str, Any]:
    """Its Pod with an image and a port of this machine's loopback, and what Podman 4.3 lacks left out."""
    template = deployment()["spec"]["template"]
    (container,) = template["spec"]["containers"]
    container.update(image=image, imagePullPolicy="Never")
    container["ports"][0].update(hostIP="127.0.0.1", hostPort=port)
    # It knows no namespace; and probes would need systemd here.
    container["env"] = [each for each in container["env"] if "value" in each]
    del container["livenessProbe"]
    metadata = {"name": "parity-prod", "labels": template["metadata"]["labels"]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": template["spec"] | {"restartPolicy": "Never"},
    }


def unusable() -> str:
    """Why no Pod can be run here; "" if one can."""
    if not shutil.which("podman"):
        return "there is no podman here: apt-get install podman catatonit"
    done = subprocess.run(["podman", "info"], capture_output=True, text=True, timeout=60)
    return done.stderr.strip() if done.returncode else ""


class Podman:
    """Podman with limits that this machine allows."""

    def __init__(self, folder: Path) -> None:
        self._conf = folder / "containers.conf"
        self._conf.write_text(LIMITS)

    def run(self, *words: str, given: bytes | None = None) -> str:
        """What a command of podman's prints."""
        env = {"CONTAINERS_CONF": str(self._conf)}
        command = ["env", *(f"{name}={value}" for name, value in env.items()), "podman", *words]
        done = subprocess.run(command, input=given, capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode() + done.stderr.decode() * (words[0] == "logs")

    def load(self, image: str) -> str:
        """Take an image from Docker; returns its ID, which is the same."""
        command = ["docker", "image", "inspect", "--format", "{{.Id}}", image]
        identity = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()
        with subprocess.Popen(["docker", "save", identity], stdout=subprocess.PIPE) as saved:
            done = subprocess.run(["podman", "load", "--quiet"], stdin=saved.stdout, capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr.decode()
        return identity.removeprefix("sha256:")

    @contextmanager
    def play(self, manifest: Mapping[str, Any]) -> Iterator[str]:
        """Run a Pod; yields the name of its container. It is gone on exit."""
        name = manifest["metadata"]["name"]
        try:
            self.run("kube", "play", "-", given=json.dumps(manifest).encode())
            yield f"{name}-prod"
        finally:
            self.run("pod", "rm", "--force", "--ignore", name)
