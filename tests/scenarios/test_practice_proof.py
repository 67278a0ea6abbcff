"""Every exercise, proven: it fails as it is, its solution passes, what hides it does not, and nothing tells."""

import fcntl
import shutil
import uuid
from collections.abc import Iterator

import pytest

from tests.lab.practice import visible, workspace
from tests.lab.practice.bench import PROJECT, STAGED, Bench, prepare
from tests.lab.practice.exercise import Exercise, exercises
from tests.lab.practice.judge import judge

ALL = exercises(drafts=True)
SAMPLE = ("monday-feed", "announced")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each exercise and repair; those of an exercise stay together."""
    cases = []
    for exercise in ALL:
        marks = [pytest.mark.xdist_group(exercise.name), pytest.mark.slow]
        marks += [pytest.mark.sample] if exercise.name in SAMPLE else []
        marks += [pytest.mark.draft] if exercise.draft else []
        for repair in ("", "solution", *(f"wrong/{name}" for name in exercise.wrong)):
            cases.append(pytest.param(exercise, repair, id=f"{exercise.name}-{repair or 'untouched'}", marks=marks))
    metafunc.parametrize(("bench", "repair"), cases, indirect=["bench"], scope="module")


@pytest.fixture(scope="module")
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """An exercise in a folder and a Compose project of its own."""
    exercise: Exercise = request.param
    if exercise.scenario and (reason := exercise.scenario.unavailable()):
        pytest.skip(reason)
    STAGED.mkdir(parents=True, exist_ok=True)
    with (STAGED / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other worker may want the same model or image
        prepare(exercise)
    folder = STAGED / "proof" / uuid.uuid4().hex[:8]
    made = Bench(exercise, folder, f"{PROJECT}-{folder.name}")
    yield made
    if exercise.in_containers:
        made.prod().stop()
    shutil.rmtree(folder, ignore_errors=True)


def test_exercise(bench: Bench, repair: str) -> None:
    """The verdict is the one that the exercise says."""
    exercise = bench.exercise
    workspace.make(exercise, bench.folder, repair)
    if exercise.in_containers:
        bench.prepare()
    verdict = judge(bench)
    expected = {"": "symptom", "solution": "repaired"} | {
        f"wrong/{name}": kind for name, kind in exercise.wrong.items()
    }
    assert verdict.kind == expected[repair], str(verdict)
    if not repair:
        _tells_nothing(bench, str(verdict))


def _tells_nothing(bench: Bench, verdict: str) -> None:
    """Nothing that is printed, lies in the folder, or is shown by Docker has a word of the cause."""
    exercise = bench.exercise
    texts = [verdict, visible.written(exercise, bench.folder, ALL)]
    if exercise.in_containers:
        texts.append(visible.inspected(bench.prod()))
    for text in texts:
        assert not visible.telling_words(text, exercise)
        assert exercise.scenario is None or exercise.scenario.name not in text
