"""The loop obeys the monitor: it retrains on drift, never on skew, and never learns from what was skewed."""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from shared.errors import ParityError
from shared.lifecycle.play import Loop, Month
from shared.lifecycle.traffic import TrafficError
from tests.unit.shared.lifecycle.service import Service, served

HOURS = 40
MONTHS = ("2013-04", "2013-05", "2013-06", "2013-07")
KNOWN = ("2013-01", "2013-02", "2013-03", *MONTHS)


@dataclass
class Fake:
    """Containers that do at once what they are asked.

    Attributes:
        verdicts: what the monitor says, month by month.
        worse: whether what is trained next is not published.
        calls: modules that ran, with their options.
    """

    folder: Path
    service: Service
    verdicts: list[str]
    worse: bool = False
    refused: bool = False
    reloads: int = 0
    calls: list[tuple[str, ...]] = field(default_factory=list)

    def dev(self, module: str, *words: str, timeout: float, codes: Collection[int] = (0,)) -> str:
        """Write the months, train a model, or judge."""
        self.calls.append((module, *words))
        if module == "dev.lifecycle.feed":
            (self.folder / "months").mkdir()
            for month in KNOWN:
                hours = [
                    {"id": f"{month}-01T{hour:03}", "instances": [{}, {}], "outcomes": [{"big": True}, {"big": False}]}
                    for hour in range(HOURS)
                ]
                (self.folder / "months" / f"{month}.jsonl").write_text("\n".join(map(json.dumps, hours)))
            return json.dumps(KNOWN)
        if module == "dev.train":
            current = self.folder / "models" / "current"
            if not (self.worse and current.is_symlink()):
                current.parent.mkdir(exist_ok=True)
                current.unlink(missing_ok=True)
                current.symlink_to(f"model-{len(self.of('dev.train'))}")
        elif module == "dev.monitor":
            verdict = self.verdicts[len(self.of("dev.monitor")) - 1]
            return json.dumps({"verdict": verdict, "summary": f"it is {verdict}", "next": ""})
        return ""

    def serve(self) -> str:
        """Where the service is."""
        self.reload(self.service.url, "")
        return self.service.url

    def alive(self, what: str, how_far: Callable[[], str]) -> AbstractContextManager[None]:
        """Nothing takes long here."""
        assert how_far().endswith(" requests")
        return nullcontext()

    def verify(self) -> None:
        """As the guard would."""
        if self.refused:
            raise ParityError("refused", evidence="", remedy="")

    def reload(self, url: str, version: str) -> None:
        """The next answer is from the current model."""
        self.reloads += 1
        self.service.version = (self.folder / "models" / "current").readlink().name

    def of(self, module: str) -> list[tuple[str, ...]]:
        """The calls of a module."""
        return [call[1:] for call in self.calls if call[0] == module]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[Fake]:
    """With a monitor that finds nothing."""
    with served(Service()) as service:
        yield Fake(tmp_path, service, ["fine"] * 4)


def played(fake: Fake, rows: int | None = None) -> list[Month]:
    """Four months after three."""
    return list(Loop(fake, fake.folder, 3, rows, "2013-05").play())


def test_without_drift_the_first_model_serves_the_year(fake: Fake) -> None:
    """It was trained on the first months alone, and is neither trained again nor reloaded."""
    months = played(fake)
    assert fake.of("dev.train") == [("--test", "2013-03-18/2013-04-01")]
    assert [month.answered for month in months] == [{"model-1": 2 * HOURS}] * 4
    assert [month.reloading for month in months] == [None] * 4
    assert [month.corrupted for month in months] == [False, True, False, False]
    assert (fake.reloads, sum(month.failed for month in months)) == (1, 0)
    assert len(fake.service.outcomes) == 4 * 2 * HOURS


def test_drift_is_answered_by_a_model_of_all_months_so_far(fake: Fake) -> None:
    """It is served from the next month on, after a reload."""
    fake.verdicts[1] = "retrain"
    months = played(fake)
    assert fake.of("dev.train")[1:] == [("--test", "2013-05-18/2013-06-01")]
    assert [month.outcome for month in months][1] == "retrained: model-2"
    assert list(months[1].answered) == ["model-1"]
    assert "model-2" in months[2].answered
    assert months[3].answered == {"model-2": 2 * HOURS}
    assert [month.reloading is None for month in months] == [True, True, False, True]


def test_a_skewed_month_is_not_learned_from(fake: Fake) -> None:
    """Neither then nor later; and the monitor is asked to look past it."""
    fake.verdicts[1:3] = ["skew", "retrain"]
    months = played(fake)
    assert months[1].outcome.startswith("not retrained")
    assert fake.of("dev.train")[1:] == [("--test", "2013-06-17/2013-07-01", "--without", "2013-05")]
    asked = fake.of("dev.monitor")
    assert ["--without" in words for words in asked] == [False, False, True, True]
    since, until = asked[2][asked[2].index("--without") + 1].split("/")
    assert asked[1][asked[1].index("--since") + 1] == since < until <= asked[2][asked[2].index("--since") + 1]


def test_a_model_that_is_no_better_changes_nothing(fake: Fake) -> None:
    """It was not published, so there is nothing to reload."""
    fake.verdicts[0], fake.worse = "retrain", True
    months = played(fake)
    assert months[0].outcome == "retrained, but no better: not published"
    assert months[3].answered == {"model-1": 2 * HOURS}
    assert fake.reloads == 1


def test_nothing_is_trained_for_no_month(fake: Fake) -> None:
    """The year is over."""
    fake.verdicts[3] = "retrain"
    assert played(fake)[3].outcome == "no month is left to retrain for"
    assert len(fake.of("dev.train")) == 1


def test_a_model_that_the_guard_refuses_does_not_reach_prod(fake: Fake) -> None:
    """The one that serves goes on, and the error is reported."""
    fake.verdicts[0], fake.refused = "retrain", True
    with pytest.raises(ParityError, match="refused"):
        played(fake)
    assert fake.service.version == "model-1"


def test_a_prod_that_is_down_ends_the_year(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason of a request that failed."""
    monkeypatch.setattr("shared.lifecycle.traffic.MOST_FAILED", 1)
    fake.service.failing.update(f"2013-05-01T{hour:03}" for hour in range(HOURS))
    monkeypatch.setattr("shared.lifecycle.traffic.CLIENTS", 1)
    with pytest.raises(TrafficError, match="1 of 1 requests failed in 2013-05") as caught:
        played(fake)
    assert "HTTP 503" in caught.value.evidence


def test_fewer_rows_are_fewer_to_learn_from(fake: Fake) -> None:
    """In proportion to the months that are known."""
    fake.verdicts[1] = "retrain"
    played(fake, rows=100)
    assert [words[-2:] for words in fake.of("dev.train")] == [("--sample", "300"), ("--sample", "500")]
    assert "--rows" in fake.of("dev.lifecycle.feed")[0]


def test_as_many_months_as_are_asked_for(fake: Fake) -> None:
    """From the first that is not only learned from."""
    months = list(Loop(fake, fake.folder, 4, None, None).play(2))
    assert [month.month for month in months] == ["2013-05", "2013-06"]
    assert fake.of("dev.train") == [("--test", "2013-04-17/2013-05-01")]


@pytest.mark.parametrize(
    ("first", "corrupt", "what"), [(7, None, "no month is left to play after 7"), (3, "2014-01", "no month 2014-01")]
)
def test_months_that_the_data_do_not_have_are_refused(fake: Fake, first: int, corrupt: str | None, what: str) -> None:
    """Before anything is trained, with those that they have."""
    with pytest.raises(ParityError, match=what) as caught:
        list(Loop(fake, fake.folder, first, None, corrupt).play())
    assert "2013-01 to 2013-07" in caught.value.evidence
    assert fake.of("dev.train") == []
