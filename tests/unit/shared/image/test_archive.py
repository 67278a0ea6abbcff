import json
import tarfile

import pytest

from shared.errors import ParityError
from shared.image import archive

BUILT = {
    "Created": "2026-11-28T13:22:31.468358925Z",
    "Architecture": "amd64",
    "Os": "linux",
    "Config": {"User": "10001", "Env": ["A=1"], "Hostname": "", "Labels": {"b": "c"}, "OnBuild": None},
    "RootFS": {"Type": "layers", "Layers": ["sha256:a", "sha256:b"]},
}
HISTORY = ["ENV A=1", "RUN /bin/sh -c make # buildkit", "mmdebstrap trixie"]


@pytest.fixture
def settled(docker, tmp_path, monkeypatch):
    """The ID of an image, settled, and the archive that Docker was given for it, if any."""
    monkeypatch.setattr(archive, "CACHE", tmp_path)
    kept = tmp_path / "kept.tar"

    def settle(history=HISTORY, **changes):
        kept.unlink(missing_ok=True)
        lines = "\n".join(json.dumps({"CreatedBy": step, "CreatedAt": "now"}) for step in history)
        image = f"""case "$2" in inspect) echo '{json.dumps([{**BUILT, **changes}])}' ;; *) echo '{lines}' ;; esac"""
        docker.answers(image=image, load=f'cp "$4" {kept}')
        identity = archive.settle("sha256:built")
        if not kept.exists():
            return identity, {}
        with tarfile.open(kept) as tar:
            return identity, {member.name: json.load(tar.extractfile(member)) for member in tar}

    return settle


def test_the_time_of_a_build_is_not_in_the_id(settled) -> None:
    """Built twice, of the same layers: one image; of others, another."""
    first, again = settled(), settled(Created="2026-11-28T13:59:00.1Z")
    assert first == again
    assert first[0] != settled(RootFS={"Layers": ["sha256:a", "sha256:c"]})[0]


def test_all_else_of_the_image_stays(settled, tmp_path) -> None:
    """What it runs as, its layers, which the engine has, and what made each of them."""
    identity, files = settled()
    (manifest,) = files["manifest.json"]
    config = files[manifest["Config"]]
    assert manifest["Config"] == f"{identity.removeprefix('sha256:')}.json"
    assert config["config"] == {"User": "10001", "Env": ["A=1"], "Labels": {"b": "c"}}
    assert config["rootfs"]["diff_ids"] == ["sha256:a", "sha256:b"]
    assert [step["created_by"] for step in config["history"]] == list(reversed(HISTORY))
    assert [step.get("empty_layer", False) for step in config["history"]] == [False, False, True]
    assert "2026-11" not in json.dumps(files)
    assert {path.name for path in tmp_path.glob("*.tar")} == {"kept.tar"}


def test_a_history_that_does_not_fit_the_layers_is_left_out(settled) -> None:
    """An engine would refuse to read it."""
    _, files = settled(history=["/bin/sh -c #(nop) CMD", *HISTORY])
    assert "history" not in files[files["manifest.json"][0]["Config"]]


def test_an_engine_that_fixes_the_time_itself_is_left_alone(settled) -> None:
    """23 or newer, by SOURCE_DATE_EPOCH."""
    assert settled(Created=archive.CREATED) == ("sha256:built", {})


def test_an_engine_that_refuses_is_heard(docker, tmp_path, monkeypatch) -> None:
    """Nothing of the archive stays."""
    monkeypatch.setattr(archive, "CACHE", tmp_path)
    docker.answers(image=f"""case "$2" in inspect) echo '{json.dumps([BUILT])}' ;; esac""", load="echo no >&2; exit 1")
    with pytest.raises(ParityError, match="`docker load` failed"):
        archive.settle("sha256:built")
    assert not list(tmp_path.glob("*.tar"))
