"""Where the gate gets its snapshots from, and what it says where there are none."""

import gzip
import io
import json
import subprocess
import tarfile
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.errors import ParityError
from shared.parity.sources import docker
from shared.parity.sources.environment import Environment
from tests.integration.support.gate import Images, found, images, judged, parity, refused
from tests.lab.sandbox import ROOT


def test_snapshots_with_answers_are_compared_without_containers(model: Path, ours: str, answered: str) -> None:
    """Two machines write files, a third judges; files without answers leave the question open."""
    code, report = judged("gate", answered, answered, "--model", model)
    assert (code, report["findings"]) == (0, [])
    assert report["replayed"] > 250
    code, report = judged("gate", ours, answered, "--model", model)
    assert code == 2
    assert "parity snapshot SOURCE --model DIR" in report["undecided"][0]["remedy"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("image:parity-sandbox-no-such:1", "there is no image parity-sandbox-no-such:1 here"),
        ("image:NOT A NAME", "there is no image NOT A NAME here"),
        ("container:no-such", "container no-such does not run"),
        ("file:/no/such.json", "/no/such.json holds no snapshot"),
        ("archive:/no/such.tar", "/no/such.tar holds no image"),
        ("archive:README.md", "README.md holds no image"),
        ("archive:.", ". holds no image"),
        ("file:README.md", "README.md holds no snapshot"),
        ("file:.", ". holds no snapshot"),
        ("foo:bar", "'foo:bar' names no environment"),
        ("image:", "'image:' names no environment"),
        ("image:--help", "'image:--help' names no environment"),
        ("", "'' names no environment"),
    ],
)
def test_an_unknown_source_is_refused(taken: Path, source: str, expected: str) -> None:
    """On either side."""
    assert expected in refused("gate", f"file:{taken}", source)
    assert expected in refused("gate", source, f"file:{taken}")
    assert expected in refused("snapshot", source)


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"format": 99, "facts": {}}', '{"format": 1, "facts": {"python": 3}}', "null"]
)
def test_a_file_that_is_no_snapshot_is_refused(taken: Path, tmp_path: Path, content: str) -> None:
    """JSON of another form, or of another version."""
    (tmp_path / "other.json").write_text(content)
    assert "holds no snapshot" in refused("gate", f"file:{tmp_path / 'other.json'}", f"file:{taken}")


def test_a_machine_without_docker_is_an_error(made: Images, tmp_path: Path) -> None:
    """No command, or no engine."""
    assert "docker was not found" in refused("gate", made.ours, made.ours, PATH=str(tmp_path))
    nowhere = f"unix://{tmp_path}/docker.sock"
    assert "the Docker engine cannot be reached" in refused("gate", made.ours, made.ours, DOCKER_HOST=nowhere)


def test_an_image_without_python_is_an_error(made: Images) -> None:
    """It is not taken for an image that has no differences."""
    assert "has no Python" in refused("gate", made.ours, made.empty())


@pytest.mark.parametrize("content", [None, "", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_folder_without_a_passport_is_an_error(made: Images, tmp_path: Path, content: str | None) -> None:
    """For each command that reads one."""
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    for command in (["gate", made.ours, made.ours, "--model"], ["replay", "http://127.0.0.1:1", "--model"], ["show"]):
        error = refused(*command, tmp_path)
        assert "holds no model with a passport" in error
        assert "artifacts/models/current" in error


def test_a_program_that_never_ends_is_ended(made: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a remedy, and no container is left behind."""
    monkeypatch.setattr(docker, "TIMEOUT_SECONDS", 3)
    label = f"parity-test={uuid.uuid4().hex}"  # others run containers of the same image meanwhile
    environment = Environment("image", made.base, (f"--label={label}",))
    with pytest.raises(ParityError, match="gave no answer"):
        environment.run(["python3", "-c", "import time; time.sleep(60)"])
    running = ["docker", "ps", "--all", "--quiet", "--filter", f"label={label}"]
    assert subprocess.run(running, capture_output=True, text=True, timeout=60).stdout == ""


def test_a_passport_is_shown(model: Path) -> None:
    """What it is, where it comes from, and how good it is, with a host's Python alone."""
    passport = json.loads((model / "manifest.json").read_text())
    shown = parity("show", model)
    assert shown.returncode == 0
    for text in (
        passport["version"],
        passport["image"]["id"],
        passport["image"]["revision"],
        passport["image"]["lock_sha256"],
        passport["data"]["sha256"],
        f"roc auc {passport['metrics']['model']['roc_auc']:.4f}",
        f"late from probability {passport['threshold']}",
        f"{len(passport['golden']['requests'])} requests, noise floor {passport['golden']['noise_floor']:.1e}",
        "CPython 3.13",
        "scikit-learn 1.9",
    ):
        assert text in " ".join(shown.stdout.split())


def test_the_image_under_test_outlives_its_tag(made: Images) -> None:
    """Another build may take it meanwhile: what tests made goes, and the image stays."""
    name = made.layer(f"LABEL unique={uuid.uuid4()}").partition(":")[2]
    (identity,) = present(name)
    with images(identity) as others:
        layer = others.layer("ENV PARITY_TEST_FLAG=1").partition(":")[2]
        subprocess.run(["docker", "image", "rm", name], check=True, capture_output=True, timeout=60)
    assert present(identity, layer) == [identity]
    subprocess.run(["docker", "image", "tag", identity, name], check=True, timeout=60)
    others.remove()
    assert present(others.base) == []


def present(*names: str, template: str = "{{.Id}}") -> list[str]:
    """IDs of those images that the engine has; of others it may have more, from tests that run meanwhile."""
    command = ["docker", "image", "inspect", "--format", template, *names]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.split()


def named(image: str) -> list[str]:
    """Its ID, and its names."""
    return present(image, template='{{.Id}} {{join .RepoTags " "}}')


@dataclass(frozen=True)
class Archived:
    """An archive of an image, and the ID and the name that it had."""

    path: Path
    identity: str
    name: str


@pytest.fixture(scope="session")
def archived(made: Images, tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """An archive of an image that the engine no longer has, though it has its name."""
    folder = tmp_path_factory.mktemp("archives")
    # Unique, or another test's image with the same lines would be the same image.
    name = made.layer("ENV TZ=America/New_York", f"LABEL unique={uuid.uuid4()}").partition(":")[2]
    (identity,) = present(name)
    subprocess.run(["docker", "save", "--output", folder / "saved.tar", name], check=True, timeout=120)
    subprocess.run(["docker", "image", "rm", name], check=True, capture_output=True, timeout=60)
    subprocess.run(["docker", "image", "tag", made.base, name], check=True, timeout=60)
    assert present(identity) == []
    return Archived(folder / "saved.tar", identity, name)


def test_an_archive_is_judged_and_leaves_nothing(made: Images, ours: str, archived: Archived) -> None:
    """Not its image, nor its name in the place of another image's."""
    code, report = judged("gate", ours, f"archive:{archived.path}")
    assert code == 1
    assert ("system", "local time") in found(report, "risk")
    assert report["b"] == f"archive:{archived.path}"
    code, report = judged("gate", f"archive:{archived.path}", f"archive:{archived.path}")
    assert (code, report["findings"]) == (0, [])
    assert present(archived.identity) == []
    assert present(archived.name) == present(made.base)


def test_an_archive_of_an_image_that_is_there_is_kept(made: Images, ours: str, tmp_path: Path) -> None:
    """What the engine had before, it has after; compressed archives are read, too."""
    name = made.layer(f"LABEL unique={uuid.uuid4()}").partition(":")[2]
    before = named(name)
    subprocess.run(["docker", "save", "--output", tmp_path / "a.tar", name], check=True, timeout=120)
    (tmp_path / "a.tgz").write_bytes(gzip.compress((tmp_path / "a.tar").read_bytes(), compresslevel=1))
    code, report = judged("gate", ours, f"archive:{tmp_path / 'a.tgz'}")
    assert (code, found(report, "breaks", "risk")) == (0, set())
    assert named(name) == before


def test_an_archive_that_is_damaged_is_an_error(archived: Archived, tmp_path: Path) -> None:
    """Cut short, of files alone, or without what it names."""
    whole = archived.path.read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[: len(whole) // 2])
    with tarfile.open(tmp_path / "exported.tar", "w") as archive:
        archive.add(ROOT / "LICENSE", "LICENSE")
    with tarfile.open(archived.path) as source, tarfile.open(tmp_path / "altered.tar", "w") as altered:
        for member in source:
            content = source.extractfile(member) if member.isfile() else None
            if content and member.name == "manifest.json":
                text = json.dumps([{**json.load(content)[0], "Config": "missing.json"}]).encode()
                member.size, content = len(text), io.BytesIO(text)
            altered.addfile(member, content)
    messages = {"cut": "holds no image", "exported": "it has no manifest.json", "altered": "it lacks 'missing.json'"}
    for name, expected in messages.items():
        assert expected in refused("snapshot", f"archive:{tmp_path / name}.tar")
    assert present(archived.identity) == []
