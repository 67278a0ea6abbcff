import dataclasses

import pytest

from shared.errors import ParityError
from shared.image import base, debian
from shared.image.engine import Engine

ENGINE = Engine(version="28.0", arch="x86_64", rootless=False, root_dir="")
ABSENT = "echo 'Error: No such image' >&2; exit 1"


def here_after(tmp_path, command: str) -> str:
    """Shell code: the image is there once `command` has left a file."""
    return f"test -e {tmp_path}/{command} && echo sha256:abc || {{ {ABSENT}; }}"


def test_a_registry_that_answers_is_used(docker, tmp_path) -> None:
    """Most people have one, and it has the pinned bytes."""
    docker.answers(image=here_after(tmp_path, "pulled"), pull=f"touch {tmp_path}/pulled", tag="exit 0")
    made = base.ensure(base.PYTHON, ENGINE)
    assert (made.origin, made.source) == ("registry", f"registry {base.PYTHON.reference}")
    assert f"tag {base.PYTHON.reference} {made.image}" in docker.asked()


def test_without_a_registry_the_base_is_bootstrapped_and_it_says_so(docker, tmp_path, monkeypatch, capsys) -> None:
    """The reason comes first; nothing is chosen silently."""
    tag = base.PYTHON.tag("bootstrap", ENGINE.arch)
    docker.answers(
        image=f'case "$*" in *{tag}) {here_after(tmp_path, "made")} ;; *) {ABSENT} ;; esac',
        pull="echo 'lookup registry-1.example: no such host' >&2; exit 1",
    )
    monkeypatch.setattr(base, "_bootstrap", lambda spec, engine: (tmp_path / "made").touch())
    made = base.ensure(base.PYTHON, ENGINE)
    assert (made.origin, made.image) == ("bootstrap", tag)
    err = capsys.readouterr().err
    assert err.index("no such host") < err.index("bootstrapping it from Debian")


def test_a_base_that_is_here_needs_no_network(docker) -> None:
    """The second build works with the cable out."""
    docker.answers(image="echo sha256:abc")
    assert base.ensure(base.PYTHON, ENGINE).origin == "registry"
    assert all(line.startswith("image inspect") for line in docker.asked())


def test_neither_registry_nor_apt(docker, monkeypatch) -> None:
    """The error says why Debian did not do, and what would."""
    docker.answers(image=ABSENT, pull="exit 1")
    monkeypatch.setattr(debian, "available", lambda: "this host has no apt-get")
    with pytest.raises(ParityError) as caught:
        base.ensure(base.PYTHON, ENGINE)
    assert "no apt-get" in caught.value.evidence


def test_the_tag_changes_with_everything_that_makes_the_base() -> None:
    """Otherwise an edited recipe would go on with yesterday's base."""
    spec = base.PYTHON
    other = dataclasses.replace(spec, packages=(*spec.packages, "libgomp1"))
    tags = [spec.tag("registry", "x86_64"), spec.tag("bootstrap", "x86_64"), spec.tag("registry", "aarch64")]
    assert len({*tags, other.tag("registry", "x86_64")}) == 4


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
