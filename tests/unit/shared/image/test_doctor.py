import os
import sys
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from shared.errors import ParityError
from shared.image import __main__ as main
from shared.image import debian, doctor

pytestmark = pytest.mark.usefixtures("root")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v2.40.3-desktop.1", (2, 40, 3)), ("2.26.1-4", (2, 26, 1)), ("20.10.24+dfsg1", (20, 10, 24)), ("dev", ())],
)
def test_versions_as_vendors_write_them(text, expected) -> None:
    """Docker Desktop, Debian and upstream each decorate the number."""
    assert doctor.numbers(text) == expected


def test_quiet_says_nothing_when_all_is_well(docker, info, capsys, monkeypatch) -> None:
    """It runs before every command."""
    docker.answers(info=info())
    monkeypatch.setattr(sys, "argv", ["image", "doctor", "--quiet"])
    assert main.main() == 0
    assert capsys.readouterr() == ("", "")
    assert len(docker.asked()) == 1, "one call to docker, or it is not cheap"


def test_a_compose_without_override_is_refused(docker, info, capsys, monkeypatch) -> None:
    """Scenarios are overlays that need `!override`."""
    plugins = [{"Name": "compose", "Version": "v2.23.3"}, {"Name": "buildx", "Version": "v0.13.1"}]
    docker.answers(info=info(ClientInfo={"Plugins": plugins}))
    monkeypatch.setattr(sys, "argv", ["image", "doctor", "--quiet"])
    assert main.main() == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "compose   v2.23.3 is older than 2.24" in err
    assert "remedy:" in err


def test_a_missing_plugin_without_apt_is_named_with_its_remedy(docker, info, monkeypatch) -> None:
    """Where nothing can be put in place, the remedy is a line to type."""
    docker.answers(info=info(ClientInfo={"Plugins": []}))
    no_apt = ParityError("Debian's packages cannot be fetched here", evidence="no apt-get", remedy="")
    monkeypatch.setattr(debian, "fetch", Mock(side_effect=no_apt))
    findings = {finding.name: finding for finding in doctor.examine(network=False)}
    assert findings["compose"].status == "problem"
    assert "no apt-get" in findings["compose"].detail
    assert "docker-compose-plugin" in findings["compose"].remedy


def test_an_engine_too_old(docker, info) -> None:
    """20.10 is the oldest that builds the image."""
    docker.answers(info=info(ServerVersion="19.03.15"))
    assert {f.name: f.status for f in doctor.examine(network=False)}["docker"] == "problem"


def test_a_full_disk_is_found_before_the_build(tmp_path, monkeypatch) -> None:
    """The tighter of the two disks counts."""
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=5e8 if path == tmp_path else 9e12))
    finding = doctor.check_disk([tmp_path.parent, tmp_path])
    assert finding.status == "problem"
    assert str(tmp_path) in finding.detail


def test_a_slow_storage_driver_is_noted(docker, info, monkeypatch) -> None:
    """It works; but nobody would know why all takes twice its time."""
    monkeypatch.setattr(doctor, "check_base", lambda _: doctor.Diagnosis("base", "ok", "here"))
    status = {}
    for driver in ("overlay2", "fuse-overlayfs"):
        docker.answers(info=info(Driver=driver))
        status[driver] = {finding.name: finding for finding in doctor.examine(network=True)}["storage"]
    assert [finding.status for finding in status.values()] == ["ok", "note"]
    assert "overlay2" in status["fuse-overlayfs"].remedy


def test_a_plugin_put_in_place_is_reported_with_how_to_take_it_out(docker, info, tmp_path, monkeypatch) -> None:
    """It lands in the user's own folder, ready to run."""
    docker.answers(info=info(ClientInfo={"Plugins": []}), compose="echo 2.26.1", buildx="echo 0.13.1")
    for name in ("docker-compose", "docker-buildx"):
        path = tmp_path / "package/usr/libexec/docker/cli-plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
    monkeypatch.setattr(debian, "fetch", lambda package: tmp_path / "package")
    findings = {finding.name: finding for finding in doctor.examine(network=False)}
    plugin = tmp_path / "config/cli-plugins/docker-compose"
    assert findings["compose"].status == "fixed"
    assert f"rm {plugin}" in findings["compose"].detail
    assert os.access(plugin, os.X_OK)


@pytest.mark.parametrize("need", ["prod", "mlflow"])
def test_what_a_command_needs_is_seen_before_anything_is_built_for_it(docker, info, capsys, need) -> None:
    """A port that is taken, before an image, data and training."""
    docker.answers(info=info(), compose="echo 'listen tcp4 127.0.0.1:8010: bind: address already in use' >&2; exit 1")
    assert main.main(["doctor", "--quiet", "--for", need]) == 2
    assert f"something else already listens on {need}'s port" in capsys.readouterr().err
    assert {asked.split()[0] for asked in docker.asked()} == {"info", "compose"}


def test_a_folder_that_was_copied_hears_whose_name_it_had(docker, info, capsys, root) -> None:
    """Once: its own services have another name from now on."""
    (root / ".env").write_text("PARITY_NAME=original\n")
    docker.answers(info=info())
    assert main.main(["doctor", "--quiet"]) == 0
    assert "COMPOSE_PROJECT_NAME=original make stop" in capsys.readouterr().err
    assert main.main(["doctor", "--quiet"]) == 0
    assert capsys.readouterr().err == ""
