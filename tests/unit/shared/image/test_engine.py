import pytest

from shared.errors import ParityError
from shared.image import engine


def test_architecture_and_rootless_come_from_the_engine(docker, info) -> None:
    """A Mac's engine is another machine than the host."""
    docker.answers(info=info(Architecture="aarch64", SecurityOptions=["name=seccomp", "name=rootless"]))
    found = engine.ask()
    assert (found.arch, found.rootless, found.plugins["compose"]) == ("aarch64", True, "v2.26.1")


def test_a_plugin_that_does_not_run_counts_as_missing() -> None:
    """The CLI lists a broken plugin with an error."""
    broken = {"Name": "buildx", "Err": "exec format error"}
    found = engine.parse({"ServerVersion": "28", "Architecture": "amd64", "ClientInfo": {"Plugins": [broken]}})
    assert found.plugins == {}


@pytest.mark.parametrize(
    ("stderr", "remedy"),
    [
        ("permission denied while trying to connect to the Docker daemon socket", "usermod -aG docker"),
        ("Cannot connect to the Docker daemon. Is the docker daemon running?", "start docker"),
    ],
)
def test_an_engine_out_of_reach_is_reported_with_a_remedy(docker, stderr, remedy, monkeypatch) -> None:
    """The remedy fits the cause."""
    monkeypatch.setattr("sys.platform", "linux")
    docker.answers(info=f"echo '{stderr}' >&2; exit 1")
    with pytest.raises(ParityError) as caught:
        engine.ask()
    assert remedy in caught.value.remedy
    assert stderr in caught.value.evidence


def test_no_docker_at_all(tmp_path, monkeypatch) -> None:
    """A host without the CLI learns where to get it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ParityError, match="docker was not found") as caught:
        engine.ask()
    assert "install" in caught.value.remedy


def test_a_broken_inspect_is_not_a_missing_image(docker) -> None:
    """Only the engine's own "no such image" means that there is none."""
    docker.answers(image="echo 'Error: No such image: x' >&2; exit 1")
    assert engine.inspect("x", "{{.Id}}") is None
    docker.answers(image="echo 'Cannot connect to the Docker daemon' >&2; exit 1")
    with pytest.raises(ParityError):
        engine.inspect("x", "{{.Id}}")
