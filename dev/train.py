"""Train a model, keep it with its passport, and make it current if it is good enough."""

import argparse
import datetime as dt
import hashlib
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

import msgspec
import numpy as np
import numpy.typing as npt
from sklearn.pipeline import Pipeline

from dev import attendance, evaluate, noise, publish, rows
from dev.distribution import distribution
from dev.monitor import usual
from dev.problem import collect, estimator, params
from dev.problem.prepare import prepare
from dev.rows import Prepared
from dev.split import days, moved, split
from dev.turn import turn
from shared import artifact, golden, settings
from shared.compare.facts import snapshot
from shared.errors import ParityError, program
from shared.problem import contract
from shared.problem.contract import Flight
from shared.problem.features import features
from shared.settings import Settings

Labels = npt.NDArray[np.bool_]
_started = time.monotonic()


@dataclass(frozen=True)
class _Made:
    """A model that is not saved yet, its files, and the flights it was tested on with their labels."""

    model: artifact.Model
    files: dict[str, bytes]
    tested: tuple[Sequence[Flight], Labels]


def train(
    config: Settings,
    chosen: params.Params,
    sample: int | None = None,
    test: str | None = None,
    without: Sequence[str] = (),
) -> artifact.Model:
    """Prepare, fit, evaluate, save, and publish if good enough.

    What the arguments say is in the passport as they say it.

    Args:
        sample: train on so many flights drawn at random; on all if None.
        test: FROM/UNTIL, the days to test on instead of those of the parameters; nothing later is looked at.
        without: months that are neither learned from nor tested on.

    Raises:
        ParityError: no data, too many broken rows, or too few rows to learn from.
    """
    test_from, until = days(test) if test else (chosen.split.test_from, None)
    chosen = replace(chosen, split=moved(chosen.split, test_from))
    _stage("preparing rows")
    source, share = config.data / collect.NAME, chosen.prepare.max_broken_share
    prepared = prepare(source, share, sample, chosen.model.seed, until=until, without=without)
    _tell(f"prepared {prepared.summary()}")
    made = _make(config, chosen, prepared, {"test": test, "without": list(without)})
    with turn(config.models):
        model = _save(made, config.models)
        _tell(publish.publish_if_better(config.models, model, *made.tested, chosen.publish.max_auc_loss))
    return model


def train_candidate(config: Settings, chosen: params.Params) -> artifact.Model:
    """Train on the rows that `dev.problem.prepare` saved, and keep the model in a place of its own, unpublished.

    Raises:
        ParityError: no prepared rows, or too few to learn from.
    """
    _stage("reading prepared rows")
    made = _make(config, chosen, rows.load(config.prepared), {"test": None, "without": []})
    with turn(config.candidate.parent):
        model = _save(made, config.candidate.parent, config.candidate)
    _tell("to publish it, if it is good enough: make publish CANDIDATE=1")
    return model


def _make(config: Settings, chosen: params.Params, prepared: Prepared, told: dict[str, Any]) -> _Made:
    """Fit and evaluate, and write the passport; `told` are the arguments that chose days and months."""
    late = prepared.late
    parts = split(prepared.flights, late, chosen.split)
    table = features(contract.to_frame(prepared.flights))

    _stage("choosing the threshold on the month before the test months")
    first = estimator.fit(chosen.model, table[parts.fit], late[parts.fit], _progress)
    threshold = evaluate.best_threshold(late[parts.validate], first.predict_proba(table[parts.validate])[:, 1])
    _stage(f"fitting on {parts.train.sum():,} flights before {chosen.split.test_from}")
    fitted = estimator.fit(chosen.model, table[parts.train], late[parts.train], _progress)

    _stage(f"testing on {parts.test.sum():,} flights since")
    flights = [prepared.flights[row] for row in np.flatnonzero(parts.test).tolist()]
    metrics = _metrics(fitted, flights, late, parts.train, parts.test, threshold)
    scores = evaluate.table(metrics["model"], metrics["baseline"])
    _tell(f"{scores}\n{evaluate.confusion_table(metrics['model']['confusion'], threshold)}")

    _stage("measuring what is usual, with models that have not seen a third of the rows")
    described = distribution(table[parts.train], chosen.window)
    departures = np.array([each.scheduled_departure.timestamp() for each in prepared.flights])
    learned = parts.train
    normal = usual.usual(table[learned], late[learned], departures[learned], chosen.model, described.rows)

    _stage("recording golden requests")
    requests = [flights[row] for row in _draw(late[parts.test], chosen.golden.requests)]
    files = {
        artifact.MODEL: artifact.dumps(fitted),
        usual.NAME: usual.dumps(normal),
        **_held_out(flights, described.rows, chosen.window.held_out),
    }
    recorded: dict[str, artifact.File] = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)} for name, content in files.items()
    }
    digest, now = recorded[artifact.MODEL]["sha256"], dt.datetime.now(dt.UTC)
    passport = artifact.Passport(
        format=artifact.FORMAT,
        version=f"{now:%Y%m%dT%H%M%S}-{digest[:8]}",
        created=now,
        files=recorded,
        image=config.image_record(),
        data={**prepared.source, "prepared": prepared.report},
        parameters={**chosen.record(), "sample": prepared.sample, **told},
        metrics=metrics,
        threshold=threshold,
        contract_sha256=contract.sha256(),
        environment=snapshot(),
        golden=golden.record(
            lambda flights: artifact.probabilities(fitted, flights),
            [*requests, *golden.edges(requests[0])],
        ),
        distribution=described,
    )
    _stage("measuring the noise floor")
    passport = replace(passport, golden=noise.measured(artifact.Model(fitted, passport), files))
    return _Made(artifact.Model(fitted, passport), files, (flights, late[parts.test]))


def _save(made: _Made, models: Path, place: Path | None = None) -> artifact.Model:
    """Write the model to the folder of its version, or to `place`, and see that it answers from there."""
    version = made.model.passport.version
    if (models / version).exists():
        raise ParityError(
            f"there is a model {version} already",
            evidence=f"another training saved the same bytes in the same second: {models / version}",
            remedy="nothing is lost; make publish lists what there is",
        )
    folder = artifact.save(models, made.model, made.files)
    if place is not None:
        shutil.rmtree(place, ignore_errors=True)
        folder = folder.rename(place)
    model = artifact.load(folder)
    golden.replay(model.probabilities, model.passport.golden)
    file = model.passport.files[artifact.MODEL]
    _tell(f"saved    {folder} ({file['bytes']:,} bytes, SHA-256 {file['sha256'][:16]}…)")
    return model


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Train once and say what was done: results on stdout, progress on stderr."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.train", description=__doc__)
    parser.add_argument("--sample", type=int, metavar="N", help="train on N flights, not on all")
    parser.add_argument(
        "--test", metavar="FROM/UNTIL", help="test on these days, as 2013-10-01/2014-01-01; ignore later ones"
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="MONTH", help="leave out, as 2013-07; repeatable"
    )
    parser.add_argument("--candidate", action="store_true", help="a stage of dvc.yaml: use its rows; do not publish")
    parser.add_argument("--attended", action="store_true", help="end, and publish nothing, when standard input closes")
    options = parser.parse_args(arguments)
    if options.attended:
        attendance.end_with_stdin()
    if options.sample is not None and options.sample < 1:
        parser.error(f"argument --sample: expected 1 or more, got {options.sample}")
    if options.candidate and (options.sample, options.test, options.without) != (None, None, []):
        parser.error("argument --candidate: its rows are chosen already; dev.problem.prepare takes --sample")
    if options.candidate:
        train_candidate(settings.read(), params.read())
    else:
        train(settings.read(), params.read(), options.sample, options.test, options.without)
    _stage("done")
    return 0


def _metrics(
    fitted: Pipeline,
    flights: Sequence[Flight],
    late: Labels,
    train: Labels,
    test: Labels,
    threshold: float,
) -> dict[str, Any]:
    """Of the model, and of a baseline that always says the share late in training."""
    probability = artifact.probabilities(fitted, flights)
    prior = np.full(len(flights), late[train].mean())
    return {
        "rows": len(flights),
        "late_share": float(late[test].mean()),
        "model": evaluate.evaluate(late[test], probability, threshold),
        "baseline": evaluate.evaluate(late[test], prior, threshold),
    }


def _draw(late: Labels, size: int) -> npt.NDArray[np.int_]:
    """Rows for golden requests: half of them late, evenly spread over time."""
    halves = [np.flatnonzero(late), np.flatnonzero(~late)]
    spread = [half[np.linspace(0, len(half) - 1, size // 2).astype(int)] for half in halves]
    return np.unique(np.concatenate(spread))


def _held_out(flights: Sequence[Flight], rows: int, count: int) -> dict[str, bytes]:
    """Windows of the test months, each from the middle of an equal part of them, as the body of a request.

    Golden requests stand for no day: half of them are late, and some are edges. These are what
    a service is sent, row after row, as the windows of training are that limits come from.
    """
    count = min(count, len(flights) // rows)
    starts = [(2 * number + 1) * len(flights) // (2 * count) - rows // 2 for number in range(count)]
    return {
        f"window-{number}.json": msgspec.json.encode({"instances": flights[start : start + rows]})
        for number, start in enumerate(starts, 1)
    }


def _progress(trees: int, of: int) -> None:
    _stage(f"  {trees} of {of} trees")


def _stage(text: str) -> None:
    _tell(f"[{time.monotonic() - _started:5.1f} s] {text}", sys.stderr)


def _tell(text: str, stream: TextIO | None = None) -> None:
    """Lines in one piece: `print` writes their ends apart, and what comes on the other stream would get between."""
    stream = stream or sys.stdout
    stream.write(f"{text}\n")
    stream.flush()


if __name__ == "__main__":
    sys.exit(main())
