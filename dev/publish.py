"""Make a model current: after training if it is good enough, or by hand to go back."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from dev import params, rows
from dev.scoring import SCORING
from dev.split import tested
from dev.turn import turn
from shared import artifact, settings
from shared.contract import Row
from shared.errors import ParityError, program
from shared.settings import Settings
from shared.target import Labels


class PublishError(ParityError):
    """There is no such model to publish."""


def publish_if_better(
    models: Path,
    candidate: artifact.Model,
    asked: Sequence[Row],
    truths: Labels,
    max_decline: float,
) -> str:
    """Publish a saved model unless it is worse than the current one.

    Worse means that on the same rows the main metric of its kind is worse by more than `max_decline`.

    Returns:
        what was decided and why, one line.
    """
    version = candidate.passport.version
    if not (models / artifact.CURRENT).is_symlink():
        artifact.publish(models, version)
        return f"published {version}: the first model{_against_baseline(candidate.passport)}"
    try:
        current = artifact.load(models / artifact.CURRENT)
    except artifact.ArtifactError as error:
        artifact.publish(models, version)
        return f"published {version}: no comparison with the current model, {error.what}"
    new, old = (_measured(model, asked, truths) for model in (candidate, current))
    name = current.passport.version
    scores = f"{SCORING.main_in_words} {new:.4f}, current {name} has {old:.4f}"
    decline = old - new if SCORING.higher_is_better else new - old
    if decline > max_decline:
        return (
            f"kept {version} but did not publish it: {scores}, worse by more than {max_decline}\n"
            f"to publish it anyway: make publish VERSION={version}"
        )
    artifact.publish(models, version)
    same = candidate.passport.files == current.passport.files
    return f"published {version}: {'the same file as' if same else scores + ', replaces'} {name}"


def _against_baseline(passport: artifact.Passport) -> str:
    """That it is no better than no model, where it is not."""
    ours, theirs = (passport.metrics[name][SCORING.main] for name in ("model", "baseline"))
    if ours > theirs if SCORING.higher_is_better else ours < theirs:
        return ""
    return (
        f", and no better than the baseline, which looks at no column: {SCORING.main_in_words} {ours:.4f} against "
        f"{theirs:.4f}\nit serves; more rows, or columns that are known in time, may help: make dev"
    )


def _measured(model: artifact.Model, asked: Sequence[Row], truths: Labels) -> float:
    scores = model.scores(asked)
    return float(SCORING.evaluate(truths, scores, model.passport.threshold)[SCORING.main])


def publish_candidate(config: Settings, max_decline: float) -> str:
    """Put the pipeline's model beside the others, and publish it unless it is worse than the current one.

    Returns:
        as `publish_if_better`.

    Raises:
        PublishError: the pipeline has made none.
    """
    if not config.candidate.exists():
        raise PublishError("the pipeline has no model", evidence=f"no {config.candidate}", remedy="make repro")
    candidate = artifact.load(config.candidate)
    if not (config.models / candidate.passport.version).exists():
        files = {name: (config.candidate / name).read_bytes() for name in candidate.passport.files}
        artifact.save(config.models, candidate, files)
    asked, truths = tested(rows.load(config.prepared), candidate.passport.parameters)
    return publish_if_better(config.models, candidate, asked, truths, max_decline)


@program
def main() -> int:
    """Publish the model named on the command line; without a name list what there is."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.publish", description=__doc__)
    parser.add_argument("version", nargs="?")
    parser.add_argument("--candidate", action="store_true", help="the pipeline's model, if it is good enough")
    options = parser.parse_args()
    version = options.version
    models = settings.read().models
    if options.candidate:
        with turn(models):
            print(publish_candidate(settings.read(), params.read().publish.max_decline))
        return 0
    versions = sorted(path.parent.name for path in models.glob(f"[!.]*/{artifact.MANIFEST}"))
    versions = [name for name in versions if name != artifact.CURRENT]
    if version is None:
        current = models / artifact.CURRENT
        served = current.readlink().name if current.is_symlink() else None
        for name in versions:
            print(name, "(current)" if name == served else "")
    elif version in versions:
        artifact.load(models / version)
        with turn(models):
            artifact.publish(models, version)
        print(f"published {version}")
    else:
        raise PublishError(
            f"there is no model {version}",
            evidence=f"{models} has {', '.join(versions) or 'no models'}",
            remedy="make publish VERSION=… with one of these, or make dev",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
