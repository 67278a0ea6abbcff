"""Train a model, keep it with its passport, and make it current if it is good enough."""

import argparse
import datetime as dt
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from dev import attendance, compiling, drawing, noise, params, publish, rows, saving, truths
from dev.distribution import distribution
from dev.prepare import prepare
from dev.problem import estimator
from dev.problem.collect import SOURCE
from dev.progress import result, stage
from dev.rows import Prepared
from dev.scoring import SCORING
from dev.split import Split, days, moved, split, times
from dev.turn import turn
from dev.usual import training
from shared import artifact, contract, golden, settings
from shared.columns import frame
from shared.compare.facts import snapshot
from shared.contract import Row
from shared.errors import program
from shared.options import count
from shared.problem.target import ROWS, TARGET
from shared.settings import Settings
from shared.target import Binary, Labels, declared


@dataclass(frozen=True)
class _Made:
    """A model that is not saved yet, its files, and the rows it was tested on with what happened."""

    model: artifact.Model
    files: dict[str, bytes]
    tested: tuple[Sequence[Row], Labels]


def train(
    config: Settings,
    chosen: params.Params,
    sample: int | None = None,
    test: str | None = None,
    without: Sequence[str] = (),
) -> artifact.Model:
    """Prepare, fit, evaluate, save, and publish if good enough.

    The passport records the arguments.

    Args:
        sample: how many rows, drawn at random, to use; all if None.
        test: FROM/UNTIL, the days to test on instead of those of the parameters; nothing later is looked at.
        without: months that are neither learned from nor tested on.

    Raises:
        ParityError: no data, too many broken rows, too few rows to learn from, or a full disk.
    """
    saving.check_writable(config.models)
    until = None
    if test:
        test_from, until = days(test)
        chosen = replace(chosen, split=moved(chosen.split, test_from))
    stage("preparing rows")
    source, share = config.data / SOURCE.name, chosen.prepare.max_broken_share
    prepared = prepare(source, share, sample, chosen.model.seed, until=until, without=without)
    result(f"prepared {prepared.summary()}")
    made = _make(config, chosen, prepared, {"test": test, "without": list(without)})
    with turn(config.models):
        model = saving.save(made.model, made.files, config.models)
        result(publish.publish_if_better(config.models, model, *made.tested, chosen.publish.max_decline))
    return model


def train_candidate(config: Settings, chosen: params.Params) -> artifact.Model:
    """Train on the rows that `dev.prepare` saved, and keep the model in a place of its own, unpublished.

    Raises:
        ParityError: no prepared rows, or too few to learn from.
    """
    saving.check_writable(config.candidate.parent)
    stage("reading prepared rows")
    made = _make(config, chosen, rows.load(config.prepared), {"test": None, "without": []})
    with turn(config.candidate.parent):
        model = saving.save(made.model, made.files, config.candidate.parent, config.candidate)
    result("to publish it, if it is good enough: make publish CANDIDATE=1")
    return model


def _make(config: Settings, chosen: params.Params, prepared: Prepared, arguments: dict[str, Any]) -> _Made:
    """Fit and evaluate, and write the passport, with the arguments that chose days and months."""
    known = prepared.truths
    parts = split(prepared.rows, known, chosen.split, chosen.model.seed)
    table = frame(prepared.rows)

    threshold = _threshold(chosen, table, known, parts)
    stage(f"fitting on {parts.train.sum():,} {ROWS}")
    fitted = estimator.fit(chosen.model, table[parts.train], known[parts.train], _progress)

    stage(f"testing on {parts.test.sum():,} others")
    asked = [prepared.rows[row] for row in np.flatnonzero(parts.test).tolist()]
    happened = known[parts.test]
    metrics: dict[str, Any] = {
        "rows": len(asked),
        **SCORING.summary(happened),
        "model": SCORING.evaluate(happened, artifact.scores(fitted, asked), threshold),
        "baseline": SCORING.evaluate(happened, SCORING.baseline(known[parts.train], len(asked)), threshold),
    }
    result(SCORING.text(metrics["model"], metrics["baseline"], threshold))

    stage("measuring what is usual, with three models that leave out a third of the rows")
    largest = len(asked) // max(chosen.window.held_out, 1)  # else the windows to hold out would not fit
    window = replace(chosen.window, rows=min(chosen.window.rows, max(largest, 1)))
    described = distribution(table[parts.train], window)
    learned = table[parts.train], known[parts.train], times(prepared.rows)[parts.train]
    normal = training.usual(*learned, chosen.model, described.rows, _step)

    stage("recording golden requests")
    requests = [asked[row] for row in drawing.golden_rows(truths.strata(happened), chosen.golden.requests)]
    answers = golden.record(lambda rows: artifact.scores(fitted, rows), [*requests, *golden.edges(requests[0])])
    fast, why = compiling.proven(fitted, answers, described.columns)
    result(f"compiled {why}")
    files = {
        artifact.MODEL: artifact.dumps(fitted),
        training.NAME: training.dumps(normal),
        **drawing.held_out_windows(asked, described.rows, chosen.window.held_out),
        **fast,
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
        parameters={**chosen.record(), "sample": prepared.sample, **arguments},
        metrics=metrics,
        threshold=threshold,
        target=declared(TARGET),
        contract_sha256=contract.sha256(),
        environment=snapshot(),
        golden=answers,
        distribution=described,
    )
    stage("measuring the noise floor")
    passport = replace(passport, golden=noise.measured(artifact.Model(fitted, passport), files, _step))
    return _Made(artifact.Model(fitted, passport), files, (asked, happened))


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Train once: results on stdout, progress on stderr."""
    parser = argparse.ArgumentParser(prog="python3 -m dev.train", description=__doc__)
    parser.add_argument("--sample", type=count, metavar="N", help="train on N rows, not on all")
    parser.add_argument(
        "--test", metavar="FROM/UNTIL", help="test on these days, as 2024-10-01/2025-01-01; ignore later ones"
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="MONTH", help="leave out this month, as 2024-07; repeatable"
    )
    parser.add_argument("--candidate", action="store_true", help="a stage of dvc.yaml: use its rows; do not publish")
    parser.add_argument("--attended", action="store_true", help="end, and publish nothing, when standard input closes")
    options = parser.parse_args(arguments)
    if options.attended:
        attendance.end_with_stdin()
    if options.candidate and (options.sample, options.test, options.without) != (None, None, []):
        parser.error("argument --candidate: not allowed with --sample, --test or --without")
    if options.candidate:
        train_candidate(settings.read(), params.read())
    else:
        train(settings.read(), params.read(), options.sample, options.test, options.without)
    stage("done")
    return 0


def _threshold(chosen: params.Params, table: pd.DataFrame, known: Labels, parts: Split) -> float | None:
    """As the parameters say; the best one is that of a model which has not seen the rows to validate on."""
    policy = chosen.evaluate.threshold
    if not isinstance(TARGET, Binary) or policy != params.BEST_F1:
        return SCORING.threshold(known[:0], np.empty((0, 1)), policy)
    stage(f"choosing the threshold on {parts.validate.sum():,} {ROWS} that a first model has not seen")
    first = estimator.fit(chosen.model, table[parts.fit], known[parts.fit], _progress)
    return SCORING.threshold(known[parts.validate], TARGET.scores(first, table[parts.validate]), policy)


def _progress(done: int, of: int) -> None:
    _step(f"fitted {done} of {of}")


def _step(text: str) -> None:
    stage(f"  {text}")


if __name__ == "__main__":
    sys.exit(main())
