"""Prod starts only with a model that is whole and gives the golden answers."""

import json
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.support.gate import sealed
from tests.lab.sandbox import ROOT, Sandbox


def truncate(model: Path) -> None:
    """Cut the model file in half."""
    path = model / "model.skops"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(model: Path) -> None:
    """Change one bit of the model file."""
    content = bytearray((model / "model.skops").read_bytes())
    content[len(content) // 2] ^= 1
    (model / "model.skops").write_bytes(content)


def lose(model: Path) -> None:
    """Remove the passport."""
    (model / "manifest.json").unlink()


def move_answer(model: Path) -> None:
    """Change one golden answer in its last digits, as another environment would."""
    passport = json.loads((model / "manifest.json").read_text())
    passport["golden"]["scores"][3][0] += 1e-12
    sealed(model, json.dumps(passport))


def edit(model: Path) -> None:
    """Change the threshold by hand."""
    text = (model / "manifest.json").read_text()
    (model / "manifest.json").write_text(text.replace('"threshold": 0.', '"threshold": 0.9'))


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (truncate, "model.skops is damaged"),
        (flip, "model.skops is damaged"),
        (lose, "manifest.json cannot be read"),
        (edit, "manifest.json is not what was sealed"),
        (move_answer, "the model gives other answers than at training for 1 of"),
    ],
    ids=["truncated", "flipped", "lost", "edited", "other-answers"],
)
def test_a_model_that_is_not_itself_is_refused(copied: Sandbox, harm: Callable[[Path], None], what: str) -> None:
    """No worker starts, prod exits, and the log has what, evidence and remedy, a line each."""
    harm(copied.models / "current")
    with pytest.raises(RuntimeError) as refused, copied.prod():
        pass
    log = str(refused.value)
    error, evidence, remedy = log[log.index("error: ") :].splitlines()[:3]  # it may have been started again since
    assert what in error
    assert "  evidence: " in evidence
    assert "  remedy:   " in remedy
    assert "Traceback" not in log


@pytest.mark.skipif(not shutil.which("openssl"), reason="there is no openssl here")
def test_a_signature_of_the_seal_signs_the_model(copied: Sandbox) -> None:
    """As README says: what was edited and sealed again is not what was signed."""
    page = (ROOT / "prod" / "README.md").read_text()
    sign, verify = (line.removeprefix("$ ") for line in page.splitlines() if line.startswith("$ openssl dgst"))

    def typed(line: str) -> str:
        command = shlex.split(line)
        return subprocess.run(command, cwd=copied.folder, capture_output=True, text=True, timeout=60).stdout.strip()

    typed("openssl ecparam -name prime256v1 -genkey -noout -out private.pem")
    typed("openssl ec -in private.pem -pubout -out public.pem")
    typed(sign)
    assert typed(verify) == "Verified OK"
    move_answer(copied.models / "current")
    assert typed(verify) == "Verification failure"


def test_without_a_model_prod_says_how_to_make_one(copied: Sandbox) -> None:
    """An empty folder of models: prod exits and names `make dev`."""
    (copied.models / "current").unlink()
    with pytest.raises(RuntimeError, match="make dev"), copied.prod():
        pass


CRASH = """
import hashlib, io, json, pathlib, zipfile
import numpy
folder = pathlib.Path("/artifacts/models/current")
packed, altered = zipfile.ZipFile(folder / "model.skops"), io.BytesIO()
with zipfile.ZipFile(altered, "w") as archive:
    for name in packed.namelist():
        content = packed.read(name)
        if name.endswith(".npy"):
            nodes = numpy.load(io.BytesIO(content)).copy()
            if "left" in (nodes.dtype.names or ()):
                nodes["left"] = nodes["right"] = 2**31
                numpy.save(changed := io.BytesIO(), nodes)
                content = changed.getvalue()
        archive.writestr(name, content)
content = altered.getvalue()
(folder / "model.skops").write_bytes(content)
(folder / "compiled.json").unlink()
passport = json.loads((folder / "manifest.json").read_text())
del passport["files"]["compiled.json"]
passport["files"]["model.skops"] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
passport = json.dumps(passport).encode()
(folder / "manifest.json").write_bytes(passport)
(folder / "manifest.sha256").write_text(hashlib.sha256(passport).hexdigest() + "  manifest.json\\n")
"""


def test_trees_that_cannot_be_walked_are_refused(copied: Sandbox) -> None:
    """Nodes that point outside, under a sealed passport that vouches for them, of a model without a compiled form."""
    done = copied.dev("python3", "-c", CRASH)
    assert done.returncode == 0, done.stderr
    with pytest.raises(RuntimeError, match=r"tree 0: node 0 leads to node 2147483648"), copied.prod():
        pass
