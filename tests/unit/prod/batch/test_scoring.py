"""Scores are the service's own, each row's once; what is no row is refused, and what differs is not mixed."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from prod import guard
from prod.batch import folder, partition, scoring, workers
from prod.batch.run import Asked, Progress, run
from prod.batch.scoring import Model
from prod.json_object import MAX_ERRORS
from shared import contract
from shared.compare.facts import snapshot
from shared.errors import ParityError
from shared.settings import Settings
from tests.unit.prod.batch.conftest import flights, predictions, write
from tests.unit.prod.conftest import Client
from tests.unit.tiny import row

EVIL: dict[str, Any] = {
    "temperature_f": "39,0",
    "wind_speed_mph": "nan",
    "pressure_hpa": "1011.9 ",
    "humidity_percent": "064.4",
    "departures_this_hour": "2.5",
    "distance_miles": "1e999",
    "visibility_miles": "NA",
    "origin": "ewr",
    "carrier": "U",
    "scheduled_departure": "2013-01-01 05:15:00-05:00",
}
"""Cells that are no value of their field."""


class Inline(Executor):
    """Scores at once, in this process; the number of partitions is counted."""

    def __init__(self) -> None:
        self.parts = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it now."""
        self.parts += 1
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


@pytest.fixture(scope="module")
def model(trained: Settings) -> Iterator[Model]:
    """The tiny model, examined and held; afterwards what was held before."""
    before = scoring.held
    yield scoring.hold(guard.examine_here(trained)).model
    scoring.held = before


@pytest.fixture
def score(model: Model, tmp_path: Path) -> Callable[..., tuple[Progress, int]]:
    """Score a file of `tmp_path` into its folder `out`; returns what was done and how many partitions were scored."""
    (tmp_path / "out").mkdir()

    def score(name: str, most: int = 7, of: Model = model) -> tuple[Progress, int]:
        asked, pool = Asked(tmp_path / name, tmp_path / "out", ("id",), most), Inline()
        return run(asked, asked.job(of), pool, 1), pool.parts

    return score


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl"])
@pytest.mark.parametrize("most", [1, 7, 1000])
def test_the_answers_are_those_of_the_service(
    client: Client, score: Callable[..., Any], tmp_path: Path, name: str, most: int
) -> None:
    """To the bit, whatever the form and the partitions; each with its row's number and key."""
    asked = flights()
    write(tmp_path / name, asked)
    score(name, most)
    served = client.predict({"instances": [{key: each[key] for key in row()} for each in asked]}).json
    found = predictions(tmp_path / "out")
    assert [each["id"] for each in found] == [each["id"] for each in asked]
    assert [int(each["row"]) for each in found] == list(range(40))
    assert {each["model_version"] for each in found} == {served["model_version"]}
    for ours, theirs in zip(found, served["predictions"], strict=True):
        assert float(ours["late_probability"]) == theirs["late_probability"]
        assert json.loads(str(ours["late"]).lower()) == theirs["late"]
        unseen = json.loads(ours["unseen"] or "{}") if name == "rows.csv" else ours.get("unseen", {})
        assert unseen == theirs.get("unseen", {})


@pytest.mark.parametrize(("field", "cell"), EVIL.items())
def test_a_cell_is_refused_in_the_words_of_the_service(
    client: Client, score: Callable[..., Any], tmp_path: Path, field: str, cell: str
) -> None:
    """What is no number stays text, and is never guessed."""
    asked = flights(3)
    asked[1][field] = cell
    write(tmp_path / "rows.csv", asked)
    progress, _ = score("rows.csv")
    (refused,) = map(json.loads, (tmp_path / "out" / "refused-00000.jsonl").read_text().splitlines())
    value = 2.5 if field == "departures_this_hour" else cell
    (expected,) = client.predict({"instances": [row(**{field: value})]}).json["errors"]
    assert refused == {"row": 1, "id": "flight\n1", "errors": [{k: expected[k] for k in ("field", "expected", "got")}]}
    assert (progress.scored, progress.refused) == (2, 1)
    assert [int(each["row"]) for each in predictions(tmp_path / "out")] == [0, 2]


@pytest.mark.parametrize(
    ("line", "field", "got"),
    [
        (b'{"id": 1, "carrier": "UA", "carrier": "B6"}', "carrier", "the key more than once"),
        (b"[1, 2]", "", "[1, 2]"),
        (b'{"id": NaN}', "", "NaN is not a number in JSON"),
        (b'{"id": "\xff"}', "", "'utf-8' codec can't decode byte 0xff in position 8: invalid start byte"),
        (b"[" * 100_000, "", "nested too deep"),
        (json.dumps(row()).encode(), "id", "nothing: the field is missing"),
        (json.dumps(row(id=1, gate="C3")).encode(), "gate", '"C3" (text)'),
    ],
    ids=["key twice", "no object", "no number", "no UTF-8", "nested", "no key", "another field"],
)
def test_a_line_that_is_no_row_is_refused_alone(
    score: Callable[..., Any], tmp_path: Path, line: bytes, field: str, got: str
) -> None:
    """The others are scored."""
    good = json.dumps(flights(1)[0]).encode()
    (tmp_path / "rows.jsonl").write_bytes(b"\n".join([good, line, b"", good]))
    progress, _ = score("rows.jsonl")
    (refused,) = map(json.loads, (tmp_path / "out" / "refused-00000.jsonl").read_text().splitlines())
    assert (progress.scored, progress.refused, refused["row"]) == (2, 1, 1)
    assert (field, got) in [(each["field"], each["got"]) for each in refused["errors"]]
    assert len(refused["errors"]) <= MAX_ERRORS


def test_cells_that_are_too_few_or_no_text_are_refused(score: Callable[..., Any], tmp_path: Path) -> None:
    """And their neighbours are not."""
    path = write(tmp_path / "rows.csv", flights(3))
    _, second, third = path.read_bytes().split(b'"flight\n')[1:]
    path.write_bytes(
        path.read_bytes().replace(second, second.replace(b"B6", b"\xff6")).replace(third, third.replace(b",EWR", b""))
    )
    progress, _ = score("rows.csv")
    refused = [json.loads(line) for line in (tmp_path / "out/refused-00000.jsonl").read_text().splitlines()]
    assert [each["errors"][0] for each in refused] == [
        {"field": "carrier", "expected": "text in UTF-8", "got": "'\\udcff6'"},
        {"field": "", "expected": "19 cells, as the header has", "got": "18 cells"},
    ]
    assert (progress.scored, progress.refused) == (1, 2)


def test_what_is_done_is_not_scored_again(score: Callable[..., Any], tmp_path: Path) -> None:
    """Only what lost a file, or whose rows have changed, is."""
    asked = flights()
    path = write(tmp_path / "rows.jsonl", asked)
    assert score("rows.jsonl")[1] == 6
    whole = predictions(tmp_path / "out")
    assert score("rows.jsonl")[1] == 0
    (tmp_path / "out" / "part-00002.jsonl").unlink()
    (tmp_path / "out" / "_parts" / "00004.json").write_text("{")
    progress, again = score("rows.jsonl")
    assert (again, progress.before, progress.parts) == (2, 4, 6)
    assert predictions(tmp_path / "out") == whole
    asked[8]["id"] = "another"
    write(path, asked[:30])
    assert score("rows.jsonl")[1] == 2  # that of row 8, and the last one, of two rows now
    assert [each["id"] for each in predictions(tmp_path / "out")] == [each["id"] for each in asked[:30]]


def test_two_models_are_never_mixed(score: Callable[..., Any], model: Model, tmp_path: Path) -> None:
    """Nor two inputs; a worker that holds another model scores nothing."""
    write(tmp_path / "rows.jsonl", flights())
    write(tmp_path / "other.jsonl", flights())
    other = replace(model, passport_sha256="0" * 64)
    with pytest.raises(ParityError, match="holds another model than the one that is to score"):
        score("rows.jsonl", of=other)
    assert not list((tmp_path / "out").glob("part-*"))
    with pytest.raises(ParityError, match="the scores of another model"):
        score("rows.jsonl")
    (tmp_path / "out" / folder.JOB).unlink()
    with pytest.raises(ParityError, match="holds something else"):
        score("rows.jsonl")
    (tmp_path / "out" / folder.PARTS).rmdir()
    score("rows.jsonl")
    with pytest.raises(ParityError, match="the scores of another input"):
        score("other.jsonl")


def test_one_job_at_a_time_has_the_folder(tmp_path: Path) -> None:
    """The second one is refused."""
    (tmp_path / "held").mkdir()
    with (
        folder.claim(tmp_path / "held", {}),
        pytest.raises(ParityError, match="somebody scores into"),
        folder.claim(tmp_path / "held", {}),
    ):
        pass


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "has no rows"),
        (b"\n", "has other columns"),
        (b"id,carrier\nUA,1\n", "has other columns"),
        (",".join(["id", *contract.FIELDS]).encode() + b"\n\n", "has no rows"),
        (",".join(["id", "gate", *contract.FIELDS]).encode() + b"\n", "has other columns"),
        (",".join(["id", *contract.FIELDS]).encode() + b'\n"UA,1\n', "is no CSV"),
        (",".join(["id", *contract.FIELDS]).encode() + b"\n" + b"1" * (1 << 20), "is no CSV"),
    ],
    ids=["empty", "no header", "columns missing", "no rows", "another column", "open quote", "endless line"],
)
def test_a_file_of_no_rows_is_an_error(score: Callable[..., Any], tmp_path: Path, content: bytes, what: str) -> None:
    """Empty, with other columns, or no CSV."""
    (tmp_path / "rows.csv").write_bytes(content)
    with pytest.raises(ParityError, match=what):
        score("rows.csv")


@pytest.mark.parametrize(("name", "what"), [("rows.parquet", "in no form"), ("none.csv", "there is no file none.csv")])
def test_a_file_that_is_none_is_an_error(model: Model, tmp_path: Path, name: str, what: str) -> None:
    """By its name, or since there is none."""
    write(tmp_path / "rows.csv", flights(1)).rename(tmp_path / "rows.parquet")
    with pytest.raises(ParityError, match=what):
        Asked(tmp_path / name, tmp_path, (), 1).job(model)


def test_a_line_without_end_is_an_error(score: Callable[..., Any], tmp_path: Path) -> None:
    """Before it fills the memory."""
    (tmp_path / "rows.jsonl").write_bytes(b"[" * (partition.MAX_LINE_BYTES + 1))
    with pytest.raises(ParityError, match="has a line that is no row"):
        score("rows.jsonl")


def test_a_worker_that_differs_is_refused_by_name(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what it holds, and by what the gate's snapshot says of it: Dask itself looks at neither."""
    same = snapshot()
    monkeypatch.setattr(workers, "snapshot", lambda: same)  # files beside the tests may change meanwhile
    workers.examine({"tcp://a": same}, {"tcp://a": model}, model)
    other = replace(model, version="another")
    with pytest.raises(ParityError, match="worker tcp://b holds another model"):
        workers.examine({"tcp://a": same, "tcp://b": same}, {"tcp://a": model, "tcp://b": other}, model)
    changed = json.loads(json.dumps(same).replace(f'"{version("scikit-learn")}"', '"1.8.0"'))
    with pytest.raises(ParityError, match="worker tcp://b is not what asks it to score") as refused:
        workers.examine({"tcp://a": same, "tcp://b": changed}, {"tcp://a": model, "tcp://b": model}, model)
    assert "scikit-learn" in refused.value.evidence
