"""Benign differences of real images and containers: a gate that cries wolf gets switched off."""

import json

import pytest

from tests.integration.support.gate import USER, Images, found, judged

SITE = "/opt/venv/lib/python3.13/site-packages"
# The same files in another order of directory entries, as another installer leaves them.
REORDER = f"""
import shutil
from pathlib import Path
site = Path({SITE!r})
copy = site.with_name("copy")
copy.mkdir()
for path in sorted(site.iterdir(), reverse=True):
    shutil.move(path, copy / path.name)
site.rmdir()
copy.rename(site)
"""
CONTROL = r"Package: extra\nVersion: 1.0\nArchitecture: all\nMaintainer: nobody <no@example.org>\nDescription: a tool\n"


def clean(ours: str, theirs: str) -> dict[str, object]:
    """The report, if nothing in it is above a note."""
    code, report = judged("gate", ours, theirs)
    assert (code, found(report, "breaks", "risk"), report["undecided"]) == (0, set(), [])
    return report


@pytest.mark.parametrize(
    "lines",
    [
        ("ENV GREETING=hello",),
        ("ENV LANG=C",),
        ("LABEL org.example.built=now",),
        ("USER root", "RUN echo 1 > /usr/local/share/note", *USER),
        ("USER root", 'RUN ["python3", "-c", "import os; os.utime(\'/app/shared/problem/features.py\')"]', *USER),
        ("EXPOSE 9000", "VOLUME /srv"),
        (
            "USER root",
            f"RUN mkdir -p /p/DEBIAN /p/usr/bin && printf '{CONTROL}' > /p/DEBIAN/control"
            " && echo true > /p/usr/bin/extra && dpkg-deb --build /p /p.deb && dpkg -i /p.deb && dpkg -s extra",
            *USER,
        ),
        ("USER root", f"RUN {json.dumps(['python3', '-S', '-c', REORDER])}", *USER),
        ("USER 4242:4242",),
    ],
    ids=["variable", "same-locale", "label", "file", "time", "configuration", "os-package", "order", "user"],
)
def test_an_image_that_differs_in_nothing_that_matters_is_clean(
    made: Images, ours: str, lines: tuple[str, ...]
) -> None:
    """A benign change raises nothing above a note, even without a replay."""
    assert ("image", "image ID") in found(clean(ours, made.layer(*lines)), "note")


def test_an_image_in_one_layer_is_clean(made: Images) -> None:
    """Neither its layers nor its history matter."""
    assert ("image", "image ID") in found(clean(made.ours, made.squashed()), "note")


@pytest.mark.parametrize(
    "options",
    [
        ("--hostname=elsewhere",),
        ("--user=4242:4242",),
        ("--env=GREETING=hello",),
        ("--memory=2g",),
        ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL"),
        ("--workdir=/tmp",),
        ("--workdir=/",),
        ("--workdir=/app/prod",),
    ],
    ids=["host", "user", "variable", "memory", "hardened", "folder", "root-folder", "folder-below"],
)
def test_a_container_that_differs_in_nothing_that_matters_is_clean(
    made: Images, ours: str, options: tuple[str, ...]
) -> None:
    """A benign difference of a running container raises nothing above a note, even without a replay."""
    clean(ours, made.container(*options))


def test_a_folder_with_other_code_is_no_benign_one(made: Images, ours: str) -> None:
    """What a container was started in is looked at, if there is code."""
    code, report = judged("gate", ours, made.container("--workdir=/opt/venv/lib/python3.13/site-packages/flask"))
    assert code == 1
    assert ("code", "app.py") in found(report, "risk")
