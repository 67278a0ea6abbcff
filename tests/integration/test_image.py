"""The image: what it is made of is what it is."""

import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import docker
import pytest

from shared.image import base, build, sbom, wheels
from shared.image.engine import ask
from tests.integration.support.clones import Clone, clone
from tests.lab.assets import product
from tests.lab.sandbox import ROOT

PARTS = ("Makefile", "compose", "dev", "prod", "shared", "tests/unit", "pyproject.toml", "uv.lock")
MINUTES = 600
VALIDATE = f"""
import sys
sys.path.insert(0, "{sbom.TOOLS}/lib/python{wheels.PYTHON}/site-packages")
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
print(JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read()))
"""


@pytest.fixture
def clones(tmp_path: Path) -> Iterator[list[Clone]]:
    """Two clones in folders of other names."""
    made = [clone(tmp_path / name, *PARTS, cache=True) for name in ("one", "two")]
    yield made
    for each in made:
        each.run("make", "distclean", "FORCE=1")


def test_two_builds_without_cache_give_the_same_image(clones: list[Clone], engine: docker.DockerClient) -> None:
    """From two clones, one of a stricter umask: byte code, times, order and config are in the ID, and equal."""
    built = []
    for each, umask in zip(clones, ("022", "077"), strict=True):
        for folder in ("dev", "prod", "shared"):
            for path in (each.folder / folder).rglob("*"):
                path.chmod((0o777 if path.is_dir() else 0o666) & ~int(umask, 8))
        done = each.run("python3", "-m", "shared.image", "build", "--no-cache", timeout=MINUTES)
        assert done.returncode == 0, done.stderr
        built.append(done.stdout.split()[0])
    assert built[0] == built[1]
    (image,) = {each.settings["PARITY_IMAGE"] for each in clones}
    assert image == built[0]
    assert engine.images.get(image).attrs["Created"].startswith("2026-01-01T00:00:00")


def test_the_bill_of_materials_is_what_is_installed(engine: docker.DockerClient, tmp_path: Path) -> None:
    """Every package that its folders and dpkg's status name, and no other; valid CycloneDX; the same each time."""
    image = build.BuiltImage(product(), 0, base.Base("", "", "", "a base"))
    line = sbom.write(image, tmp_path)
    text = (tmp_path / sbom.FILE).read_text()
    bill = json.loads(text)
    assert bill["metadata"]["component"]["version"] == product()
    found = {component["purl"] for component in bill["components"]}
    look = f"ls -d {wheels.VENV}/lib/python*/site-packages/*.dist-info; cat /var/lib/dpkg/status"
    looked = engine.containers.run(product(), ["sh", "-c", look], network_mode="none", remove=True).decode()
    python = set(re.findall(r"/([^/]+)-([^-/]+)\.dist-info$", looked, re.MULTILINE))
    debian = set(re.findall(r"^Package: (\S+)(?:\n(?!Package:).*)*?\nVersion: (\S+)$", looked, re.MULTILINE))
    assert len(python) > 20
    named = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in python}
    assert {purl.removeprefix("pkg:pypi/") for purl in found if purl.startswith("pkg:pypi/")} == {
        f"{name}@{version}" for name, version in named.items()
    }
    debs = [unquote(purl.split("/")[2].split("?")[0]).split("@") for purl in found if "/debian/" in purl]
    assert set(map(tuple, debs)) == debian
    assert f"{len(python)} packages of Python and {len(debian) + 1} of the system" in line
    sbom.write(image, tmp_path)
    assert (tmp_path / sbom.FILE).read_text() == text
    tools = wheels.ensure_site("sbom", ask().arch)
    command = ["docker", "run", "--rm", "--interactive", "--network=none", "--volume", f"{tools}:{sbom.TOOLS}:ro"]
    command += [product(), "python3", "-c", VALIDATE]
    checked = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120)
    assert (checked.returncode, checked.stdout) == (0, "None\n"), checked.stderr


@pytest.mark.parametrize(("vulnerable", "code"), [("", 0), ("flask", 1)])
def test_an_audit_finds_what_an_advisory_source_says(vulnerable: str, code: int) -> None:
    """The real pip-audit, and a source on this machine that has an advisory for one package, or for none."""
    with advisories(vulnerable) as url:
        done = Clone(ROOT).run("python3", "-m", "shared.image", "audit", PARITY_OSV_URL=url)
    assert done.returncode == code, done.stderr
    assert ("flask 3" in done.stdout) == bool(vulnerable)
    assert "vulnerabilities known in 26 packages (OSV)" in done.stdout


@contextmanager
def advisories(vulnerable: str) -> Iterator[str]:
    """A source in the form of OSV's API; its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            found = [{"id": "PYSEC-1", "summary": "bad", "affected": []}] if asked == vulnerable else []
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"vulns": found} if found else {}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()
