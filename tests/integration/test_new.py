"""`make new`: a project of a table of one's own, from the clone to a service that is asked, judged and rolled back.

Penguins are of one of three classes, and have no time; the weather is a number, by time; the flights are yes or no.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.support.learner import PROD, Learner, learner
from tests.integration.support.pages import agrees, commands
from tests.lab.sandbox import ROOT

GUIDE = commands((ROOT / "dev/README.md").read_text())
"""What a forker types: `make new`, `make prod` and `make predict`, for the penguins."""
WEATHER = "make new CSV=tests/problems/seattle-weather.csv TARGET=temp_max NAME=weather TIME=date"


def typed(someone: Learner, command: str, code: int = 0) -> str:
    """What a command prints, which ends as it should."""
    found, output = someone.type(command)
    assert found == code, output
    return output


def asked(someone: Learner, path: str, body: Any = None) -> httpx.Response:
    """The answer of the fork's prod."""
    url = f"http://127.0.0.1:{someone.ports[PROD]}{path}"
    return httpx.post(url, json=body, timeout=30) if body else httpx.get(url, timeout=30)


def models(someone: Learner) -> list[Path]:
    """Folders of the models, the oldest first."""
    folders = (someone.folder / "artifacts" / "models").iterdir()
    return sorted(folder for folder in folders if (folder / "model.skops").exists() and not folder.is_symlink())


def windows(someone: Learner) -> list[list[dict[str, Any]]]:
    """Rows that the current model has not learned from, in windows."""
    folder = someone.folder / "artifacts" / "models" / "current"
    return [json.loads(path.read_text())["instances"] for path in sorted(folder.glob("window-*.json"))]


@pytest.fixture(scope="module")
def penguins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learner]:
    """A fork that serves, by what the guide says; nothing else is typed or touched."""
    with learner(tmp_path_factory.mktemp("fork") / "penguins", beside=()) as someone:
        for command in GUIDE:
            output = typed(someone, command.text)
            assert agrees(command.output, output), f"dev/README.md, line {command.line}:\n{output}"
        yield someone


def test_the_fork_answers(penguins: Learner) -> None:
    """The sample request with one class and the probability of each; the project's name is everywhere."""
    assert [command.text.split()[1] for command in GUIDE] == ["new", "prod", "predict"]
    passport = asked(penguins, "/model").json()
    assert passport["target"]["kind"] == "multiclass"
    assert "Penguins" in asked(penguins, "/").text
    assert 'model_name="penguins"' in asked(penguins, "/metrics").text
    images = typed(penguins, "docker image ls --filter label=org.opencontainers.image.title=penguins --quiet")
    assert images.strip()
    assert re.search(r"^PARITY_NAME=penguins-[0-9a-f]{8}$", (penguins.folder / ".env").read_text(), re.MULTILINE)


def test_a_bad_row_is_refused(penguins: Learner) -> None:
    """With the field, what was expected and what was sent."""
    row = json.loads((penguins.folder / "shared/problem/sample_request.json").read_text())["instances"][0]
    answer = asked(penguins, "/predict", {"instances": [{**row, "island": "Rome"}]})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["got"]) == ("island", '"Rome" (text)')


@pytest.mark.slow
def test_the_same_bytes_are_trained_again(penguins: Learner) -> None:
    """A second training is a second model, and the file of it the same; it is the one to serve."""
    typed(penguins, "make dev")
    contents = [(model / "model.skops").read_bytes() for model in models(penguins)]
    assert len(contents) == 2
    assert len({*contents}) == 1
    typed(penguins, "make prod")


def test_windows_are_judged(penguins: Learner) -> None:
    """Rows that were held out are as usual; without the lengths of bills they are broken."""
    for rows in windows(penguins):
        assert asked(penguins, "/predict", {"instances": rows}).status_code == 200
    report = json.loads(typed(penguins, "make --no-print-directory monitor ARGS='--format json' 2>/dev/null"))
    assert report["verdict"] in ("fine", "watch"), report["reasons"]
    for rows in 4 * windows(penguins):
        broken = [{**row, "bill_length_mm": None} for row in rows]
        assert asked(penguins, "/predict", {"instances": broken}).status_code == 200
    code, output = penguins.type("make --no-print-directory --silent monitor ARGS='--format json'")
    assert code == 2, output  # make's own, for what ends with 1
    assert '"verdict": "skew"' in output


def test_the_gate_and_the_service_agree_with_training(penguins: Learner) -> None:
    """Golden requests are asked in every way that must not matter; rows that the contract forbids are refused."""
    image = "image:$(. ./.env && echo $PARITY_IMAGE)"
    assert "PARITY: " in typed(penguins, f"make gate A={image} B={image} MODEL=artifacts/models/current")
    assert "PARITY" in typed(penguins, "make replay")
    typed(penguins, f"python3 -m shared.parity mutate http://127.0.0.1:{PROD}")


@pytest.mark.slow
def test_a_bad_model_is_rolled_back(penguins: Learner) -> None:
    """The older one is named, made current, and serves."""
    old, new = (model.name for model in models(penguins))
    typed(penguins, f"make publish VERSION={new}")
    assert asked(penguins, "/ready").json()["model_version"] == new
    typed(penguins, f"make publish VERSION={old}")
    assert asked(penguins, "/ready").json()["model_version"] == old


@pytest.mark.slow
def test_other_features_are_refused(penguins: Learner) -> None:
    """What the golden answers do not survive does not start; prod goes on as it was."""
    path = penguins.folder / "shared/problem/features.py"
    before = path.read_text()
    path.write_text(before.replace("for row in rows]", "for row in reversed(rows)]"))
    assert path.read_text() != before
    try:
        output = typed(penguins, "make prod REPLAY=1", code=2)
        assert "other answers than at training" in output or "was trained" in output
        assert asked(penguins, "/ready").status_code == 200
    finally:
        path.write_text(before)


def test_what_is_in_no_commit_is_not_replaced(penguins: Learner) -> None:
    """After `make new` the fork has changes; once more needs a commit or FORCE=1."""
    output = typed(penguins, GUIDE[0].text, code=2)
    assert "in no commit" in output
    assert "FORCE=1" in output


@pytest.mark.slow
def test_generic_unit_tests_pass_in_the_fork(penguins: Learner) -> None:
    """All that `make test` runs in the image of the fork."""
    image = typed(penguins, "python3 -m shared.image build --test 2>/dev/null").strip()
    command = f"docker run --rm --network none --read-only --tmpfs /tmp {image} python3 -m pytest -p no:cacheprovider"
    output = typed(penguins, f"{command} -n 2 --dist loadfile -q tests/unit")
    assert re.search(r"\d+ passed", output)


def test_a_number_by_time_is_served_and_guarded(tmp_path: Path) -> None:
    """The third kind of target: trained, asked, and refused where its answers move."""
    with learner(tmp_path / "weather", beside=()) as someone:
        assert "temp_max: a number" in typed(someone, WEATHER)
        typed(someone, "make prod")
        (prediction,) = asked(
            someone, "/predict", json.loads((someone.folder / "shared/problem/sample_request.json").read_text())
        ).json()["predictions"]
        assert isinstance(prediction["temp_max"], float)
        assert asked(someone, "/model").json()["parameters"]["split"]["by"] == "time"
        assert "PARITY" in typed(someone, "make replay")


def test_tables_are_as_they_were_published() -> None:
    """Their hashes are those of the packages that they come from."""
    tables = (ROOT / "tests/problems").glob("*.csv")
    digests = {table.name: hashlib.sha256(table.read_bytes()).hexdigest() for table in tables}
    assert digests == {
        "penguins.csv": "f204db2c753b0937caac3cb35258562c14f073e4bbc76be24b4c51ce22767a93",
        "seattle-weather.csv": "62f0609f787158128aa2bd102967173a4953122dd4f872bf1d502cae1037df0b",
    }
