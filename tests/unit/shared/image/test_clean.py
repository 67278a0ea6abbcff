import json
from pathlib import Path
from typing import Any

import pytest

from shared import names
from shared.errors import ParityError
from shared.image import checkout, clean

PROJECT = "com.docker.compose.project"
FOLDER = "com.docker.compose.project.working_dir"


class Engine:
    """What a fake engine has, as `docker inspect` says it."""

    def __init__(self, docker, info, root: Path, folder: Path) -> None:
        self._docker, self._info, self._root, self._folder = docker, info, root, folder
        self._containers: list[dict[str, Any]] = []
        self._networks: list[dict[str, Any]] = []
        self._images: list[dict[str, Any]] = []

    def container(self, name: str, project: str, folder: str = "", *, running: bool = False, image: str = "i") -> None:
        """A container that Compose has started."""
        labels = {PROJECT: project, FOLDER: folder or str(self._root)}
        self._containers.append(
            {
                "Id": name,
                "Name": f"/{name}",
                "Image": image,
                "Path": "gunicorn",
                "Args": [],
                "State": {"Running": running},
                "Config": {"Labels": labels},
            }
        )

    def network(self, name: str, project: str, label: str) -> None:
        """A network that Compose has made."""
        self._networks.append(
            {"Id": name, "Name": name, "Labels": {PROJECT: project, "com.docker.compose.network": label}}
        )

    def image(self, identity: str, *tags: str, labels: dict[str, str] | None = None) -> None:
        """An image."""
        self._images.append({"Id": identity, "RepoTags": list(tags), "Config": {"Labels": labels}})

    def removed(self) -> list[str]:
        """Serve this, and return what was removed since, or ended."""
        things = {"container": self._containers, "network": self._networks, "image": self._images}
        (self._folder / "things.json").write_text(json.dumps(things))
        script = self._folder / "engine.py"
        script.write_text(ENGINE.format(things=str(self._folder / "things.json"), project=PROJECT))
        run = f'exec python3 {script} "$@"'
        self._docker.answers(info=self._info(), container=run, network=run, volume="exit 98", image=run)
        return [line for line in self._docker.asked() if " rm " in line or " stop " in line]


ENGINE = """
import json, sys
things = json.load(open("{things}"))
kind, action, *words = sys.argv[1:]
if action == "ls":
    wanted = words[words.index("--filter") + 1].removeprefix("label={project}=")
    labels = lambda thing: thing.get("Labels") or thing.get("Config", {{}}).get("Labels") or {{}}
    print("\\n".join(thing["Id"] for thing in things[kind] if labels(thing).get("{project}") == wanted))
if action == "inspect":
    names = [word for word in words if word not in ("--format", "{{{{.Id}}}}")]
    found = [thing for thing in things[kind] if thing["Id"] in names or set(thing.get("RepoTags", ())) & set(names)]
    print(json.dumps(found))
    if not found:
        sys.exit("Error: No such image")
"""


@pytest.fixture
def engine(docker, info, root, tmp_path) -> Engine:
    """An engine without anything."""
    return Engine(docker, info, root, tmp_path)


def cleaned(engine: Engine, **options: Any) -> list[str]:
    """What `make clean` removes."""
    engine.removed()
    clean.clean(artifacts=False, force=True, **options)
    return engine.removed()


def test_only_what_compose_started_from_this_folder_under_our_name_goes(engine) -> None:
    """Neither a project whose name begins with ours, nor one of our name in another folder; no volume is looked at."""
    engine.container("prod", "own")
    engine.container("training", "own-dev", running=True)
    engine.container("billing", "own-billing")
    engine.container("elsewhere", "own", "/somewhere/else")
    engine.network("own_default", "own", "default")
    engine.network("own_theirs", "own", "backend")
    engine.network("own-billing_default", "own-billing", "default")
    assert cleaned(engine) == [
        "container rm --force --volumes prod",
        "container stop training",
        "container rm --force --volumes training",
        "network rm own_default",
    ]


def test_projects_of_other_names_go_if_they_were_recorded(engine, root) -> None:
    """A year, a rehearsal: exactly those."""
    checkout.record("project", "own-lifecycle-1")
    engine.container("year", "own-lifecycle-1")
    engine.container("other", "own-lifecycle-2")
    assert cleaned(engine) == ["container rm --force --volumes year"]


def test_labels_that_come_from_the_image_say_nothing(engine, root) -> None:
    """Somebody committed an image from our container, and runs it: it has all labels that ours had."""
    engine.image("committed", "mine:1", labels={PROJECT: "own", FOLDER: str(root)})
    engine.container("theirs", "own", image="committed")
    assert cleaned(engine) == []


def test_images_go_by_exact_tag_and_by_recorded_id(engine, capsys) -> None:
    """An image that somebody else has tagged, too, stays under that tag; one that is built on ours is not ours."""
    checkout.record("image", "old", "shared", "gone")
    checkout.record("tag", f"{names.PROJECT}/base:own")
    engine.image("new", "own:latest")
    engine.image("old")
    engine.image("base", f"{names.PROJECT}/base:own")
    engine.image("shared", "mycompany/fraud:1")
    engine.image("derived", "own-fraud:latest", labels={"org.opencontainers.image.title": names.PROJECT})
    assert cleaned(engine) == ["image rm own:latest", f"image rm {names.PROJECT}/base:own", "image rm old"]
    assert "kept: image shared, also tagged mycompany/fraud:1" in capsys.readouterr().err


def test_where_something_runs_it_is_listed_and_nothing_is_removed(engine, root) -> None:
    """Without a terminal to ask at, FORCE=1 says yes."""
    engine.container("prod", "own", running=True)
    engine.container("stopped", "own")
    engine.removed()
    (root / ".cache").mkdir()
    with pytest.raises(ParityError, match="nothing was removed: 1 container is running") as caught:
        clean.clean(artifacts=False)
    assert caught.value.evidence == "prod (running: gunicorn)"
    assert engine.removed() == []
    assert (root / ".cache").exists()


@pytest.mark.parametrize(("answer", "goes"), [("y\n", True), ("n\n", False), ("\n", False), ("", False)])
def test_at_a_terminal_it_asks(engine, monkeypatch, answer, goes) -> None:
    """And takes only yes for yes."""
    engine.container("prod", "own", running=True)
    engine.removed()
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin.readline", lambda: answer, raising=False)
    try:
        clean.clean(artifacts=False)
    except ParityError:
        assert not goes
    assert bool(engine.removed()) is goes


def test_stop_ends_what_is_ours_and_removes_nothing_else(engine) -> None:
    """A container that another project's compose file started under our name is not."""
    engine.container("prod", "own", running=True)
    engine.container("theirs", "own", "/somewhere/else", running=True)
    engine.image("new", "own:latest")
    engine.removed()
    clean.stop()
    assert engine.removed() == ["container stop prod", "container rm --force --volumes prod"]


def test_files_go_even_if_docker_is_out_of_reach(docker, root) -> None:
    """It still ends with the error: containers may be left."""
    docker.answers(info="echo 'Cannot connect' >&2; exit 1")
    (root / ".cache/site").mkdir(parents=True)
    (root / "artifacts").mkdir()
    with pytest.raises(ParityError):
        clean.clean(artifacts=False)
    assert [path.name for path in root.iterdir()] == ["artifacts"]


def test_what_dvc_leaves_behind_goes_and_its_settings_stay(docker, root) -> None:
    """The cache of data and models is among the artifacts; the remote that a user set is the user's."""
    docker.answers(info="exit 1")
    (root / ".dvc/tmp").mkdir(parents=True)
    (root / ".dvc/config.local").touch()
    (root / ".cache/dvc").mkdir(parents=True)
    with pytest.raises(ParityError):
        clean.clean(artifacts=False)
    assert [path.name for path in (root / ".dvc").iterdir()] == ["config.local"]
    assert not (root / ".cache").exists()


def test_artifacts_go_only_when_asked(engine, root) -> None:
    """They are hours of somebody's training; lines of .env that are the user's stay in any case."""
    (root / "artifacts").mkdir()
    (root / ".env").write_text("PARITY_NAME=own\nPARITY_IMAGE=sha256:a\nPARITY_PORT=8001\n")
    cleaned(engine)
    assert (root / "artifacts").exists()
    clean.clean(artifacts=True, force=True)
    assert not (root / "artifacts").exists()
    assert (root / ".env").read_text() == "PARITY_PORT=8001\n"
