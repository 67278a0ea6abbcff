"""The exercises as they are written, without Docker; and one of each place proven."""

import dataclasses
import datetime as dt
import json
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from shared.errors import ParityError
from tests.lab.practice import page, telling, visible, workspace
from tests.lab.practice.bench import Bench
from tests.lab.practice.exercise import KINDS, PLACES, VERDICTS, Exercise, exercises, named
from tests.lab.practice.judge import silenced
from tests.lab.practice.progress import Progress
from tests.lab.scenario import ROOT

OFFERED = exercises()
ALL = exercises(drafts=True)
every_exercise = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)


@every_exercise
def test_it_has_all_that_an_exercise_needs(exercise: Exercise) -> None:
    """Three hints, an explanation, a solution, and a repair that hides the symptom, each with its verdict."""
    assert exercise.kind in KINDS
    assert len(exercise.hints) == 3
    assert exercise.symptom
    assert exercise.task
    assert exercise.explanation
    assert exercise.cause
    assert exercise.wrong
    assert set(exercise.wrong.values()) <= set(VERDICTS) - {"repaired"}
    steps = exercise.folder / "steps.py"
    for repair in ("solution", *(f"wrong/{name}" for name in exercise.wrong)):
        function = workspace.module(steps, repair.replace("/", "_").replace("-", "_"))
        assert (exercise.folder / repair).is_dir() or function, repair
    assert {path.name for path in (exercise.folder / "wrong").glob("*")} <= set(exercise.wrong)


@every_exercise
def test_nothing_that_is_written_names_the_cause(exercise: Exercise, tmp_path: Path) -> None:
    """Not the name, the symptom, the task, the first hint, or a file that the learner gets."""
    folder = tmp_path / "yours"
    shutil.copytree(exercise.folder / "start", folder) if exercise.given else folder.mkdir()
    assert not visible.telling_words(visible.written(exercise, folder, ALL), exercise)
    assert exercise.scenario is None or exercise.scenario.name not in visible.written(exercise, folder, ALL)


ADAPTED = [exercise for exercise in ALL if (exercise.folder / "solution" / "adapter.py").exists()]


@pytest.mark.parametrize("exercise", ADAPTED, ids=lambda exercise: exercise.name)
def test_its_adapter_gives_back_what_was_sent(exercise: Exercise, tmp_path: Path) -> None:
    """The solution undoes what the source does, value by value; what the learner begins with does not."""
    (row,) = json.loads((ROOT / "shared" / "problem" / "sample_request.json").read_text())["instances"]
    row |= {"wind_gust_mph": None}  # what is not known stays unknown
    change = workspace.module(workspace.stage(exercise, tmp_path) / "feed.py", "change")
    for part, same in (("start", False), ("solution", True)):
        adapt = workspace.module(exercise.folder / part / "adapter.py", "adapt")
        (sent,) = change([dict(row)])
        assert (_moments(adapt(dict(sent))) == _moments(row)) is same


def _moments(row: dict[str, object]) -> dict[str, object]:
    """Times as moments: they may be written with another offset."""
    times = ("scheduled_departure", "scheduled_arrival")
    read = {name: dt.datetime.fromisoformat(str(row[name])) for name in times}
    return row | {name: time.astimezone(dt.UTC) if time.tzinfo else time for name, time in read.items()}


@every_exercise
def test_its_containers_have_neutral_paths(exercise: Exercise) -> None:
    """What Compose mounts comes from the learner's folder or from one that is named after the exercise."""
    for part in ("start", "world", "solution"):
        for path in (exercise.folder / part).rglob("compose.yml"):
            assert "tests/scenarios" not in path.read_text(), path


def test_they_differ_in_name_and_place() -> None:
    """No two are called the same or come at the same place."""
    assert max(Counter(exercise.name for exercise in ALL).values()) == 1
    assert max(Counter(exercise.place[:2] for exercise in ALL).values()) == 1


def test_they_come_in_the_order_of_their_kinds() -> None:
    """Each kind needs what those before it have shown."""
    kinds = [KINDS.index(exercise.kind) for exercise in ALL]
    assert kinds == sorted(kinds)


def test_progress_is_kept_and_forgotten_one_by_one(tmp_path: Path) -> None:
    """RESET of one exercise never touches another, and hints come one at a time."""
    path = tmp_path / "progress.json"
    first, second = ALL[:2]
    progress = Progress(path)
    assert progress.next(ALL) == first
    progress.begin(first.name)
    assert [progress.hint(first.name, 3) for _ in range(4)] == [1, 2, 3, 3]
    progress.checked(first.name, repaired=True)
    progress.begin(second.name)
    progress.checked(second.name, repaired=False)
    again = Progress(path)
    assert again.solved(first.name)
    assert again.next(ALL) == second
    again.forget(second.name)
    assert Progress(path).solved(first.name)
    assert not Progress(path).of(second.name)


def test_a_damaged_record_of_progress_loses_no_command(tmp_path: Path) -> None:
    """It begins anew."""
    path = tmp_path / "progress.json"
    path.write_text("{")
    assert Progress(path).next(ALL) == ALL[0]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "adapter.py").unlink(), "adapter.py is gone"),
        (lambda folder: (folder / "adapter.py").write_text("def adapt(flight:\n"), "adapter.py cannot be read"),
    ],
)
def test_what_cannot_be_read_is_reported_before_anything_runs(damage, message, tmp_path: Path) -> None:
    """With what to type; the learner's folder stays as it is."""
    exercise = named("monday-feed", ALL)
    workspace.make(exercise, tmp_path / "yours")
    damage(tmp_path / "yours")
    with pytest.raises(ParityError, match=message) as caught:
        workspace.check(exercise, tmp_path / "yours")
    assert "RESET=1 NAME=monday-feed" in caught.value.remedy


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ('    environment: { PARITY_GUARD: "off" }\n', "the guard is silenced"),
        ("    command: [python3, -m, flask, run]\n", "services.prod.command is to stay"),
    ],
)
def test_what_hides_a_symptom_is_seen_before_anything_runs(line: str, seen: str, tmp_path: Path) -> None:
    """The guard turned off, and a release that is taken back, in an overlay."""
    bench = _bench("announced", tmp_path, keep=("services.prod.command",))
    with (bench.folder / "compose.yml").open("a") as overlay:
        overlay.write(line)
    verdict = silenced(bench)
    assert verdict
    assert verdict.kind == "hidden"
    assert seen in verdict.seen[0]


def test_an_overlay_that_is_none(tmp_path: Path) -> None:
    """Compose's own words, and what to type."""
    bench = _bench("announced", tmp_path)
    (bench.folder / "compose.yml").write_text("services: [\n")
    with pytest.raises(ParityError, match="Compose cannot run this") as caught:
        silenced(bench)
    assert "yaml" in caught.value.evidence.lower()


def _bench(name: str, folder: Path, keep: tuple[str, ...] = ()) -> Bench:
    exercise = dataclasses.replace(named(name, ALL), keep=keep)
    bench = Bench(exercise, folder / "yours")
    shutil.copytree(exercise.folder / "start", bench.folder)
    bench.staged.mkdir(parents=True, exist_ok=True)
    return bench


def test_what_editors_leave_behind_is_not_read(tmp_path: Path) -> None:
    """Backups are no files of the learner's."""
    exercise = named("monday-feed", ALL)
    folder = tmp_path / "yours"
    workspace.make(exercise, folder)
    for name in ("adapter.py~", ".adapter.py.swp", "#adapter.py#", "adapter.py.orig"):
        (folder / name).write_text("def adapt(")
    assert [path.name for path in workspace.mine(folder)] == ["adapter.py"]
    workspace.check(exercise, folder)


def test_a_name_that_is_nearly_one() -> None:
    """The error suggests it."""
    with pytest.raises(ParityError) as caught:
        named("monday-fed", ALL)
    assert "did you mean monday-feed?" in caught.value.evidence


def test_the_overview_shows_every_exercise(tmp_path: Path) -> None:
    """By kind, with a mark for what is solved."""
    progress = Progress(tmp_path / "progress.json")
    progress.checked(ALL[0].name, repaired=True)
    shown = telling.overview(ALL, progress)
    assert f"1 of {len(ALL)} solved" in shown
    assert all(exercise.name in shown for exercise in ALL)


def test_the_page_shows_progress_and_no_cause(tmp_path: Path) -> None:
    """Each exercise with its symptom; solved ones with their day."""
    progress = Progress(tmp_path / "progress.json")
    progress.checked(ALL[0].name, repaired=True)
    shown = page.render(ALL, progress)
    assert f"1 of {len(ALL)} solved" in shown
    assert shown.count("not yet") == len(ALL) - 1
    assert all(exercise.name in shown for exercise in ALL)
    assert not any(exercise.explanation in shown for exercise in ALL)


def test_a_draft_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read where drafts are asked for, and nowhere else."""
    for name, line in (("proven", ""), ("unproven", "draft = true\n")):
        folder = tmp_path / name / "practice"
        shutil.copytree(OFFERED[0].folder, folder)
        text = (folder / "exercise.toml").read_text().replace(f'name = "{OFFERED[0].name}"', f'name = "{name}"')
        (folder / "exercise.toml").write_text(line + text)
    monkeypatch.setattr("tests.lab.practice.exercise.PLACES", (tmp_path,))
    assert [exercise.name for exercise in exercises()] == ["proven"]
    assert [exercise.name for exercise in exercises(drafts=True)] == ["proven", "unproven"]


def test_every_folder_is_found() -> None:
    """In a scenario's folder, or among the incidents and the course's own."""
    described = [path for place in PLACES for path in place.glob("**/exercise.toml")]
    assert len(described) == len(ALL)
    assert all(tomllib.loads(path.read_text())["name"] for path in described)
    assert all(path.is_relative_to(ROOT) for path in described)
