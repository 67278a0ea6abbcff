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
    ("command", "expected"),
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
def test_a_command_without_answers_is_an_error(rents: dict[str, str], flats: Path, command: str, expected: str) -> None:
    """It is not taken for parity."""
    assert expected in refused("gate", rents["first"], rents["other"], "--golden", flats, "--predict", command)


def test_requests_that_cannot_be_read_are_errors(rents: dict[str, str], tmp_path: Path) -> None:
    """A missing, empty or malformed file; a file as a side; a model of ours for an image that is not."""
    how = ("--predict", "python3 -m rent", "--golden")
    assert "holds no requests" in refused("gate", rents["first"], rents["other"], *how, tmp_path / "missing")
    for text in ("", "\n\n", "{", '{"a": 1}\nno\n'):
        (tmp_path / "g.jsonl").write_text(text)
        assert "holds no requests" in refused("gate", rents["first"], rents["other"], *how, tmp_path / "g.jsonl")


def test_a_model_of_ours_cannot_be_replayed_in_an_image_that_is_not(
    rents: dict[str, str], ours: str, model: Path
) -> None:
    """The remedy names the way that works there."""
    assert "--golden FILE --predict COMMAND" in refused("gate", ours, rents["first"], "--model", model)


def test_a_command_that_never_ends_is_an_error(rents: dict[str, str], flats: Path) -> None:
    """After the time that it was given."""
    how = ("--golden", flats, "--predict", "sleep 60", "--timeout", "2")
    assert "`sleep 60` ran for more than 2 seconds" in refused("gate", rents["first"], rents["other"], *how)


def test_a_command_that_answers_by_chance_leaves_the_question_open(rents: dict[str, str], flats: Path) -> None:
    """Where one side differs from itself, the other is not judged."""
    code = "import json, random, sys; [print(json.dumps({'p': random.random()})) for line in sys.stdin]"
    done = parity("gate", rents["first"], rents["first"], "--golden", flats, "--predict", f'python3 -c "{code}"')
    assert done.returncode == 2
    assert "does not answer alike when it is asked twice: p" in done.stdout


GOLDEN = ("--predict", "python3 -m rent", "--golden")


def test_a_side_that_crashes_breaks(made: Images, rents: dict[str, str], flats: Path) -> None:
    """Both sides' findings are reported, with the crash's last line and how it was run."""
    script = "import pathlib; p = pathlib.Path('rent.py'); p.write_text('import nowhere\\n' + p.read_text())"
    line = f"RUN {json.dumps(['python3', '-c', script])}"
    crashing = made.layer(line, base=rents["first"].partition(":")[2])
    for sides in ((rents["first"], crashing), (crashing, rents["first"])):
        code, report = judged("gate", *sides, *GOLDEN, flats)
        first = report["findings"][0]
        assert code == 1
        assert (first["check"], first["severity"]) == ("predictions", "breaks")
        assert "No module named 'nowhere'" in first["why"]
        assert "run read-only and without a network" in first["why"]
        assert f"--entrypoint=python3 {crashing.partition(':')[2]} -m rent < {flats}" in first["remedy"]
        assert "answers" in (first["a"], first["b"])
        assert ("code", "rent.py") in found(report, "risk")
        assert report["measure"]["failed"] == crashing


def test_a_side_that_takes_too_long_decides_nothing(rents: dict[str, str], flats: Path) -> None:
    """A machine may be busy; the findings are reported all the same."""
    code = "import os, sys, time; time.sleep(60 * ('11.5' in open('rent.py').read()))"
    command = f"python3 -c \"{code}; os.execvp(sys.executable, [sys.executable, '-m', 'rent'])\""
    slow = ("--timeout", "4", "--golden", flats, "--predict", command)
    done = parity("gate", rents["same"], rents["other"], *slow, "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode in (1, 2)
    assert any("ran for more than 4 seconds" in each["reason"] for each in report["undecided"])


def test_a_line_ends_at_a_line_feed_alone(rents: dict[str, str], tmp_path: Path) -> None:
    """Text of requests and answers may hold Unicode's other line ends as they are."""
    golden = tmp_path / "golden.jsonl"
    golden.write_text('{"district": "a\u2028b\u0085c", "square_metres": 1.5}\n', encoding="utf-8")
    echo = "import json, sys; [print(json.dumps(json.loads(line), ensure_ascii=False)) for line in sys.stdin]"
    command = f'python3 -X utf8 -c "{echo}"'
    code, report = judged("gate", rents["first"], rents["first"], "--golden", golden, "--predict", command)
    assert (code, report["replayed"], report["undecided"]) == (0, 1, [])


def test_a_program_may_write_its_caches(rents: dict[str, str], flats: Path) -> None:
    """Where numba, matplotlib and others look for a place."""
    writes = "import os, pathlib, sys; [pathlib.Path(os.environ[name]).mkdir(parents=True, exist_ok=True) or "
    writes += "pathlib.Path(os.environ[name], 'x').write_text('y') for name in "
    writes += (
        "('HOME', 'XDG_CACHE_HOME', 'NUMBA_CACHE_DIR', 'MPLCONFIGDIR')]; [print(len(line) / 3) for line in sys.stdin]"
    )
    code, report = judged(
        "gate", rents["first"], rents["first"], "--golden", flats, "--predict", f'python3 -c "{writes}"'
    )
    assert (code, report["replayed"]) == (0, len(FLATS))


def test_how_much_may_move_is_said_and_recorded(rents: dict[str, str], flats: Path) -> None:
    """With a tolerance the one rent that moved is within it; with a threshold the label that flips is counted."""
    sides = (rents["first"], rents["other"])
    code, report = judged("gate", *sides, *GOLDEN, flats, "--tolerance", "40")
    assert (report["measure"]["tolerance"], report["measure"]["moved"]) == (40, 0)
    assert found(report, "breaks") == set()
    code, report = judged("gate", *sides, *GOLDEN, flats, "--threshold", "820", "--label", "rent")
    assert code == 1
    assert (report["measure"]["moved"], report["measure"]["flipped"]) == (1, 1)
    assert report["findings"][0]["subject"] == "1 of 4 golden labels flip"


def test_recorded_answers_stand_for_a_side(rents: dict[str, str], flats: Path, tmp_path: Path) -> None:
    """The same findings as with the image; answers to other requests are refused."""
    file = tmp_path / "first.json"
    assert parity("record", rents["first"], *GOLDEN, flats, "--output", file).returncode == 0
    for name, expected in (("same", 0), ("other", 1)):
        live = judged("gate", rents["first"], rents[name], *GOLDEN, flats)
        code, report = judged("gate", f"file:{file}", rents[name], *GOLDEN, flats)
        assert code == live[0] == expected
        kept = [(each["check"], each["subject"], each["severity"]) for each in report["findings"]]
        assert kept == [(each["check"], each["subject"], each["severity"]) for each in live[1]["findings"]]
    (tmp_path / "fewer.jsonl").write_text(flats.read_text().partition("\n")[0])
    assert "holds answers to something else" in refused(
        "gate", f"file:{file}", rents["same"], *GOLDEN, tmp_path / "fewer.jsonl"
    )
    assert parity("snapshot", rents["first"], "--output", tmp_path / "snapshot.json").returncode == 0
    error = refused("gate", f"file:{tmp_path / 'snapshot.json'}", rents["same"], *GOLDEN, flats)
    assert "parity record SOURCE --golden" in error


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (("--http", "/predict"), "starts no command"),
        (("--http", "POST predict"), "the HTTP request cannot be read"),
        (("--http", "/predict", "--predict", "python3 -m rent"), "that replay is not complete"),
    ],
)
def test_http_that_cannot_be_sent_is_an_error(
    rents: dict[str, str], flats: Path, how: tuple[str, ...], expected: str
) -> None:
    """No server is started, the request cannot be read, or a program is to answer as well."""
    assert expected in refused("gate", rents["first"], rents["other"], "--golden", flats, *how)


@pytest.mark.parametrize(
    ("command", "expected"),
    [("time.sleep(60)", "nothing listens on a port"), ("sys.exit('no model')", "it ended with exit code 1: no model")],
)
def test_a_server_that_does_not_answer_is_an_error(
    made: Images, bare: str, flats: Path, command: str, expected: str
) -> None:
    """Its last words are the evidence."""
    image = made.layer("WORKDIR /srv", f'CMD ["python3", "-c", "import sys, time; {command}"]', base=bare)
    message = refused("gate", image, image, "--golden", flats, "--http", "/predict", "--timeout", "3")
    assert "does not answer POST /predict" in message
    assert expected in message
