"""Practice: take the next exercise, repair it, have it checked."""

import argparse
import shutil
import sys
import time

from shared.errors import ParityError, program
from shared.image import signals
from shared.image.progress import alive
from tests.lab.practice import page, telling, workspace
from tests.lab.practice.exercise import Exercise, exercises, named
from tests.lab.practice.progress import Progress
from tests.lab.practice.verdict import Verdict
from tests.lab.practice.workspace import FOLDER
from tests.lab.scenario import ROOT


@program
def main() -> int:
    """Do one thing."""
    top = argparse.ArgumentParser(prog="make practice", description=__doc__)
    top.add_argument("what", choices=("next", "check", "hint", "list", "report", "reset", "watch"))
    top.add_argument("name", nargs="?", default="")
    options = top.parse_args()
    signals.listen()
    among, progress = exercises(), Progress()
    if options.what == "list":
        print(telling.overview(among, progress))
        return 0
    if options.what == "report":
        print(page.write(among, progress).relative_to(ROOT))
        return 0
    if options.what == "reset":
        return reset(options.name, among, progress)
    exercise = named(options.name, among) if options.name else progress.next(among)
    if exercise is None:
        print(f"all {len(among)} exercises are solved; make practice LIST=1, or NAME=… for one of them again")
        return 0
    return {"next": begin, "check": check, "hint": hint, "watch": watch}[options.what](exercise, among, progress)


def begin(exercise: Exercise, among: list[Exercise], progress: Progress) -> int:
    """Make the learner's folder if it is not there, start prod as it is in it, and tell the symptom."""
    folder = FOLDER / exercise.name
    if exercise.in_containers or exercise.models:
        from tests.lab.practice.bench import prepare

        prepare(exercise)
    if not folder.exists():
        workspace.make(exercise, folder)
    progress.begin(exercise.name)
    print(telling.opening(exercise, among, folder), flush=True)
    if exercise.in_containers:
        _start(exercise)
    print(telling.footing(exercise))
    return 0


def _start(exercise: Exercise) -> None:
    from tests.lab.practice.bench import Bench
    from tests.lab.practice.judge import in_words

    bench = Bench(exercise, FOLDER / exercise.name)
    with alive("practice: starting prod"):
        bench.prepare()
        workspace.check(exercise, bench.folder)
        prod = bench.running()
        measured = prod.ask()
    print("\nDashboard, of the flights that it watches, against what dev says of them:")
    print(f"  {in_words(measured) if measured['symptom'] else 'no difference'}")
    if prod.started:
        print(f"prod, without its guard: {prod.url}")
    print(f"docker compose -p {prod.project} logs prod")


def check(exercise: Exercise, among: list[Exercise], progress: Progress) -> int:
    """Say whether it is repaired."""
    verdict = judged(exercise)
    progress.checked(exercise.name, repaired=verdict.repaired)
    print(f"{exercise.name}: {verdict}")
    if not verdict.repaired:
        return 1
    print(telling.after(exercise))
    _stop(exercise)
    following = progress.next(among)
    done = sum(progress.solved(other.name) for other in among)
    print(f"\n{done} of {len(among)} solved. Next: {'make practice' if following else 'nothing: that was the last'}")
    return 0


def _stop(exercise: Exercise) -> None:
    from tests.lab.practice.bench import Bench

    if exercise.in_containers:
        Bench(exercise, FOLDER / exercise.name).prod().stop()


def judged(exercise: Exercise) -> Verdict:
    """The verdict on what is in the learner's folder."""
    from tests.lab.practice.bench import Bench, prepare
    from tests.lab.practice.judge import judge

    bench = Bench(exercise, FOLDER / exercise.name)
    workspace.check(exercise, bench.folder)
    with alive(f"practice: checking {exercise.name}"):
        if exercise.in_containers:
            prepare(exercise)
            bench.prepare()
        return judge(bench)


def hint(exercise: Exercise, among: list[Exercise], progress: Progress) -> int:
    """Show one hint more."""
    shown = progress.hint(exercise.name, len(exercise.hints))
    for number, text in enumerate(exercise.hints[:shown], 1):
        print(f"{number} of {len(exercise.hints)}: {text}")
    return 0


def watch(exercise: Exercise, among: list[Exercise], progress: Progress) -> int:
    """Check whenever a file is saved, until it is repaired."""
    folder = FOLDER / exercise.name
    seen = workspace.times(folder)
    print(f"watching {folder}: save a file, and it is checked; Ctrl-C ends it", flush=True)
    while True:
        time.sleep(0.5)
        if (now := workspace.times(folder)) == seen:
            continue
        seen = now
        try:
            if check(exercise, among, progress) == 0:
                return 0
        except ParityError as error:
            print(f"error: {error}", file=sys.stderr, flush=True)


def reset(name: str, among: list[Exercise], progress: Progress) -> int:
    """Give back one exercise as it was; without a name, the current one, and never another."""
    name = name or progress.current
    if not name:
        raise ParityError(
            "nothing to reset", evidence=f"no exercise was begun in {FOLDER}", remedy="make practice begins the first"
        )
    exercise = named(name, among)
    folder = FOLDER / exercise.name
    kept = folder.with_name(f"{folder.name}.before")
    shutil.rmtree(kept, ignore_errors=True)
    if folder.exists():
        folder.rename(kept)
    workspace.make(exercise, folder)
    progress.forget(exercise.name)
    print(f"{exercise.name} is as it was; what you had is in {kept.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
