import dataclasses
import hashlib
import json
import tarfile

import pytest

from shared.errors import ParityError
from shared.image import archive, base, bootstrap, checkout, debian
from shared.image.engine import Engine
from shared.names import PROJECT

pytestmark = pytest.mark.usefixtures("root")
ENGINE = Engine(version="28.0", arch="x86_64", rootless=False, root_dir="")
ABSENT = "echo 'Error: No such image' >&2; exit 1"


def here_after(tmp_path, command: str) -> str:
    """Shell code: the image is there once `command` has left a file."""
    return f"test -e {tmp_path}/{command} && echo sha256:abc || {{ {ABSENT}; }}"


def test_a_registry_that_answers_is_used(docker, tmp_path) -> None:
    """Most people have one, and it has the pinned bytes."""
    docker.answers(image=here_after(tmp_path, "pulled"), pull=f"touch {tmp_path}/pulled", tag="exit 0")
    made = base.ensure(base.PYTHON, ENGINE)
    assert (made.id, made.origin, made.source) == ("sha256:abc", "registry", f"registry {base.PYTHON.reference}")
    assert f"tag {base.PYTHON.reference} {PROJECT}/base:own" in docker.asked()
    assert not checkout.recorded("image"), "others may use it"


def test_without_a_registry_the_base_is_bootstrapped_and_it_says_so(docker, tmp_path, monkeypatch, capsys) -> None:
    """The reason comes first; nothing is chosen silently. It is ours, and recorded so."""
    docker.answers(
        image=here_after(tmp_path, "made"),
        pull="echo 'lookup registry-1.example: no such host' >&2; exit 1",
    )
    monkeypatch.setattr(bootstrap, "bootstrap", lambda *_: (tmp_path / "made").touch())
    made = base.ensure(base.PYTHON, ENGINE)
    assert (made.origin, made.image) == ("bootstrap", f"{PROJECT}/base:own")
    assert (checkout.recorded("image"), checkout.recorded("tag")) == ({"sha256:abc"}, {f"{PROJECT}/base:own"})
    err = capsys.readouterr().err
    assert err.index("no such host") < err.index("bootstrapping it from Debian")


@pytest.fixture
def recorded(docker):
    """A base that came, and is asked for no more."""
    docker.answers(image="echo sha256:abc", pull="exit 0", tag="exit 0")
    return base.ensure(base.PYTHON, ENGINE)


def test_a_base_that_is_here_needs_no_network(docker, recorded) -> None:
    """The second build works with the cable out."""
    before = len(docker.asked())
    assert base.ensure(base.PYTHON, ENGINE) == recorded
    assert all(line.startswith("image inspect") for line in docker.asked()[before:])


def test_a_tag_that_was_moved_is_refused(docker, recorded) -> None:
    """A base is known by its ID; what the tag points to now is somebody else's."""
    moved = f'case "$*" in *{recorded.image}) echo sha256:evil ;; *) echo sha256:abc ;; esac'
    docker.answers(image=moved)
    with pytest.raises(ParityError, match="not the one that was recorded") as caught:
        base.ensure(base.PYTHON, ENGINE)
    assert "expected sha256:abc, got sha256:evil" in caught.value.evidence
    assert caught.value.remedy.endswith(f"docker tag sha256:abc {PROJECT}/base:own")


def test_a_tag_without_a_record_is_not_trusted(docker, tmp_path, monkeypatch) -> None:
    """Whatever has our tag before the base was made by us."""
    docker.answers(image="echo sha256:evil", pull=f"touch {tmp_path}/pulled", tag="exit 0")
    base.ensure(base.PYTHON, ENGINE)
    assert (tmp_path / "pulled").exists()


def test_neither_registry_nor_apt(docker, monkeypatch) -> None:
    """The error says why Debian did not do, and what would."""
    docker.answers(image=ABSENT, pull="exit 1")
    monkeypatch.setattr(debian, "available", lambda: "this host has no apt-get")
    with pytest.raises(ParityError) as caught:
        base.ensure(base.PYTHON, ENGINE)
    assert "no apt-get" in caught.value.evidence


def test_a_base_of_another_recipe_is_made_again(docker, recorded) -> None:
    """Otherwise an edited recipe would go on with yesterday's base."""
    spec = base.PYTHON
    other = dataclasses.replace(spec, packages=(*spec.packages, "libgomp1"))
    assert base.find(spec, ENGINE)
    assert base.find(other, ENGINE) is None
    assert base.find(spec, dataclasses.replace(ENGINE, arch="aarch64")) is None


def test_the_same_packages_are_the_same_image(tmp_path) -> None:
    """Nothing in what Docker loads is of its own time, so neither is the image's ID."""
    layer = tmp_path / "layer"
    layer.write_bytes(b"files")
    archives = []
    for name in ("first", "second"):
        bootstrap._write_archive(tmp_path / name, layer, "amd64", {"Cmd": ["sh"]}, "base:own", "trixie")
        with tarfile.open(tmp_path / name) as tar:
            archives.append({member.name: tar.extractfile(member).read() for member in tar})
    assert archives[0] == archives[1]
    config = json.loads(archives[0][json.loads(archives[0]["manifest.json"])[0]["Config"]])
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(b'files').hexdigest()}"]
    assert config["created"] == archive.CREATED


def test_mirrors_are_those_of_the_host() -> None:
    """A company's mirror is used; other vendors' archives are not taken for Debian's."""
    printed = """
'http://mirror.corp/debian/dists/bookworm/InRelease' a_InRelease 0
'http://mirror.corp/debian-security/dists/bookworm-security/InRelease' b_InRelease 0
'https://deb.vendor.example/dists/nodistro/InRelease' c_InRelease 0
'http://mirror.corp/debian/dists/bookworm-backports/InRelease' d_InRelease 0
"""
    assert debian.mirrors_of(printed) == {
        "main": "http://mirror.corp/debian",
        "security": "http://mirror.corp/debian-security",
    }
