import pytest

from shared.errors import ParityError
from shared.image import clean


def test_only_our_own_compose_projects_are_removed(docker, info, tmp_path) -> None:
    """Somebody else's project on the same engine is not touched."""
    docker.answers(
        info=info(),
        container='case "$*" in *compose*) echo "c1 parity-sandbox"; echo "c2 other" ;; esac',
        network='echo "n1 parity-sandbox-dev"; echo "n2 other"',
        volume='echo "v2 other"',
        image="""case "$*" in *inspect*) echo 'No such image' >&2; exit 1 ;; esac""",
    )
    clean.clean(artifacts=False, root=tmp_path)
    removed = [line for line in docker.asked() if " rm " in line]
    assert removed == ["container rm --force --volumes c1", "network rm n1"]


def test_a_container_found_in_two_ways_is_removed_once(docker, info, tmp_path) -> None:
    """By Compose's label and by the image's: under one ID, or Docker would refuse the second removal."""
    docker.answers(
        info=info(),
        container="""case "$*" in
            *rm*) ;;
            *compose*--no-trunc* | *--no-trunc*compose*) echo "c1-whole parity-sandbox" ;;
            *compose*) echo "c1 parity-sandbox" ;;
            *) echo c1-whole ;;
        esac""",
        network="",
        volume="",
        image="""case "$*" in *inspect*) echo 'No such image' >&2; exit 1 ;; esac""",
    )
    clean.clean(artifacts=False, root=tmp_path)
    assert [line for line in docker.asked() if " rm " in line] == ["container rm --force --volumes c1-whole"]


def test_files_go_even_if_docker_is_out_of_reach(docker, tmp_path) -> None:
    """It still ends with the error: containers may be left."""
    docker.answers(info="echo 'Cannot connect' >&2; exit 1")
    (tmp_path / ".cache/site").mkdir(parents=True)
    (tmp_path / "artifacts").mkdir()
    with pytest.raises(ParityError):
        clean.clean(artifacts=False, root=tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["artifacts"]


def test_what_dvc_leaves_behind_goes_and_its_settings_stay(docker, tmp_path) -> None:
    """The cache of data and models is among the artifacts; the remote that a user set is the user's."""
    docker.answers(info="exit 1")
    (tmp_path / ".dvc/tmp").mkdir(parents=True)
    (tmp_path / ".dvc/config.local").touch()
    (tmp_path / ".cache/dvc").mkdir(parents=True)
    with pytest.raises(ParityError):
        clean.clean(artifacts=False, root=tmp_path)
    assert [path.name for path in (tmp_path / ".dvc").iterdir()] == ["config.local"]
    assert not (tmp_path / ".cache").exists()


def test_artifacts_go_only_when_asked(docker, info, tmp_path) -> None:
    """They are hours of somebody's training."""
    image = 'test "$2" = ls || { echo "No such image" >&2; exit 1; }'
    docker.answers(info=info(), container="", network="", volume="", image=image)
    (tmp_path / "artifacts").mkdir()
    clean.clean(artifacts=True, root=tmp_path)
    assert not (tmp_path / "artifacts").exists()
