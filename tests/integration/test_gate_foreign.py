"""The gate on images that are not ours: their own command answers."""

import json
from pathlib import Path

import pytest

from tests.integration.support.gate import Images, found, judged, parity, refused

RENT = '''"""A model of somebody else: rent by size and district."""
import json
import sys

RATES = {"centre": 21.0, "north": 14.5}
for line in sys.stdin:
    flat = json.loads(line)
    rent = flat["square_metres"] * RATES.get(flat["district"], 12.0)
    print(json.dumps({"district": flat["district"], "rent": rent}))
'''
FLATS = [("centre", 50), ("north", 80.5), ("south", 70), ("centre", 33)]


@pytest.fixture(scope="session")
def flats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Requests for a model of somebody else."""
    path = tmp_path_factory.mktemp("flats") / "flats.jsonl"
    path.write_text("".join(json.dumps({"district": name, "square_metres": size}) + "\n" for name, size in FLATS))
    return path


@pytest.fixture(scope="session")
def rents(made: Images, bare: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Images with a model of somebody else on a base without packages: with other text, with another rate."""
    versions = {"first": RENT, "same": RENT.replace("by size", "from size"), "other": RENT.replace("12.0", "11.5")}
    return {
        name: made.layer(
            "WORKDIR /srv", "COPY rent.py .", base=bare, files={"rent.py": text}, folder=tmp_path_factory.mktemp(name)
        )
        for name, text in versions.items()
    }


def test_answers_of_an_image_that_is_not_ours_are_compared(rents: dict[str, str], flats: Path) -> None:
    """Its own command answers; the value that moved is named, and so is the code."""
    how = ("--golden", flats, "--predict", "python3 -m rent")
    code, report = judged("gate", rents["first"], rents["other"], *how)
    first = report["findings"][0]
    assert code == 1
    assert (first["check"], first["subject"]) == ("predictions", "1 of 4 golden answers moved")
    assert (
        'field rent of request 3, {"district": "south", "square_metres": 70}, 1 row: 840.0 became 805.0' in first["why"]
    )
    assert ("code", "rent.py") in found(report, "risk")
    code, report = judged("gate", rents["first"], rents["same"], *how)
    assert (code, report["replayed"]) == (0, len(FLATS))
    assert ("code", "rent.py") in found(report, "note")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("python3 -m nothing", "No module named nothing"),
        ("no-such-program", "has no no-such-program"),
        ("head -n 2", "gives 2 answers to 4 requests"),
        ("true", "gives 0 answers to 4 requests"),
        ("python3 --version", "does not print JSON"),
        ("python3 '", "the command cannot be read"),
        ("''", "the command cannot be read"),
    ],
)
def test_a_command_that_does_not_answer_is_told(rents: dict[str, str], flats: Path, command: str, told: str) -> None:
    """It is not taken for parity."""
    assert told in refused("gate", rents["first"], rents["other"], "--golden", flats, "--predict", command)


def test_requests_that_cannot_be_read_are_told(rents: dict[str, str], tmp_path: Path) -> None:
    """A missing, empty or malformed file; a file as a side; a model of ours for an image that is not."""
    how = ("--predict", "python3 -m rent", "--golden")
    assert "holds no requests" in refused("gate", rents["first"], rents["other"], *how, tmp_path / "missing")
    for text in ("", "\n\n", "{", '{"a": 1}\nno\n'):
        (tmp_path / "g.jsonl").write_text(text)
        assert "holds no requests" in refused("gate", rents["first"], rents["other"], *how, tmp_path / "g.jsonl")


def test_a_model_of_ours_cannot_be_replayed_in_an_image_that_is_not(
    rents: dict[str, str], made: Images, model: Path
) -> None:
    """The remedy names the way that works there."""
    assert "--golden FILE --predict COMMAND" in refused("gate", made.ours, rents["first"], "--model", model)


def test_a_command_that_never_ends_is_told(rents: dict[str, str], flats: Path) -> None:
    """After the time that it was given."""
    how = ("--golden", flats, "--predict", "sleep 60", "--timeout", "2")
    assert "`sleep 60` ran for more than 2 seconds" in refused("gate", rents["first"], rents["other"], *how)


def test_a_command_that_answers_by_chance_leaves_the_question_open(rents: dict[str, str], flats: Path) -> None:
    """Where one side differs from itself, nothing is said of the other."""
    code = "import json, random, sys; [print(json.dumps({'p': random.random()})) for line in sys.stdin]"
    done = parity("gate", rents["first"], rents["first"], "--golden", flats, "--predict", f'python3 -c "{code}"')
    assert done.returncode == 2
    assert "does not answer alike when it is asked twice: p" in done.stdout
