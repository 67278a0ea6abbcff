"""In a project of its own: fit a model for the parcels, keep it with a passport, serve it, and print what it answers.

`python3 -m tests.unit.kinds.serve FOLDER` in a copy of the project whose `shared/problem/` is that of parcels.
"""

import datetime as dt
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from dev import scoring
from dev.distribution import distribution
from dev.params import WindowParams
from prod.app import create_app
from shared import artifact, consistency, contract, golden, passport, settings
from shared.columns import CATEGORICAL, NUMERIC, frame
from shared.compare.answer import answer
from shared.compare.facts import snapshot
from shared.contract import Row
from shared.problem.target import TARGET
from shared.target import Multiclass, declared

ROWS = 300
LOGGED = "SELECT instance, scores, label, truth FROM joined ORDER BY row"


def rows() -> Iterator[Row]:
    """Parcels that keep the contract; some know little of themselves."""
    for number in range(ROWS):
        yield msgspec.convert(
            {
                "town": (None, "Genf", "Köln", "Rom")[number % 4],
                "size": ("small", "large")[number % 2],
                "insured": number % 3 == 0,
                "fragile": (None, True, False)[number % 3],
                "pieces": number % 7 or None,
                "weight": number % 50 + 0.5,
                "value": float(number) if number % 5 else None,
            },
            Row,
        )


def fitted(asked: list[Row]) -> tuple[Pipeline, Any]:
    """A pipeline, and the truths that it learned."""
    heavy = np.array([row.weight for row in asked])
    known: Any = 1000 * heavy + 1e5
    model: Any = Ridge()
    if isinstance(TARGET, Multiclass):
        known = np.array(TARGET.classes, dtype=object)[(heavy > 15).astype(int) + (heavy > 30)]
        model = LogisticRegression(max_iter=1000)
    encoder = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), list(CATEGORICAL)),
        (make_pipeline(SimpleImputer(), StandardScaler()), list(NUMERIC)),
    )
    return make_pipeline(encoder, model).fit(frame(asked), known), known


def saved(models: Path) -> artifact.Model:
    """A model with its passport, published."""
    asked = list(rows())
    pipeline, known = fitted(asked)
    judged = scoring.of(TARGET)
    scores = artifact.scores(pipeline, asked)
    metrics = {
        "rows": len(asked),
        **judged.summary(known),
        "model": judged.evaluate(known, scores, None),
        "baseline": judged.evaluate(known, judged.baseline(known, len(asked)), None),
    }
    content = artifact.dumps(pipeline)
    file = artifact.File(sha256=hashlib.sha256(content).hexdigest(), bytes=len(content))
    unknown = {"id": "unknown", "base": "unknown", "lock_sha256": "0" * 64, "revision": "unknown"}
    prepared = {"kept": 2 * ROWS, "read": 2 * ROWS, "left_out": 0, "broken": {}}
    source = {"name": "parcels", "url": "", "sha256": "0" * 64, "files": {}, "prepared": prepared}
    made = artifact.Passport(
        format=artifact.FORMAT,
        version="parcels",
        created=dt.datetime.now(dt.UTC),
        files={artifact.MODEL: file},
        image=settings.ImageRecord(**unknown),
        data=source,
        parameters={"seed": 0},
        metrics=metrics,
        threshold=None,
        target=declared(TARGET),
        contract_sha256=contract.sha256(),
        environment=snapshot(),
        golden=golden.record(lambda those: artifact.scores(pipeline, those), [*asked[:20], *golden.edges(asked[0])]),
        distribution=distribution(frame(asked), WindowParams(rows=50, margin=1.5, held_out=1)),
    )
    model = artifact.Model(pipeline, made)
    artifact.save(models, model, {artifact.MODEL: content})
    artifact.publish(models, made.version)
    return artifact.load(models / artifact.CURRENT)


def asked_of(folder: Path) -> dict[str, Any]:
    """What the service says of everything that depends on the kind of target."""
    config = replace(settings.read(), artifacts=folder, log_bytes=1 << 24)
    config.predictions.mkdir(parents=True)
    model = saved(config.models)
    app = create_app(config)
    client = app.test_client()
    sample = json.loads(Path("shared/problem/sample_request.json").read_text())
    twice = {"instances": sample["instances"] * 2}
    predicted = client.post("/predict", json=twice, headers={"X-Request-ID": "asked"}).json
    truth = "bike" if isinstance(TARGET, Multiclass) else 7.5
    outcomes = [
        client.post("/outcomes", json={"outcomes": [{"request_id": "asked", "row": 0, TARGET.name: each}]})
        for each in (truth, "no such truth")
    ]
    app.extensions["parity"].log.close()
    with closing(sqlite3.connect(config.predictions / "predictions.sqlite")) as log:
        logged = log.execute(LOGGED).fetchall()
    stages = answer(config.models / artifact.CURRENT)["stages"]
    return {
        "golden": golden.replay(model.scores, model.passport.golden),
        "sample": predicted,
        "scores": model.scores(contract.rows(sample["instances"])).tolist(),
        "outcomes": [[each.status_code, each.json] for each in outcomes],
        "logged": logged,
        "checked": client.post("/check", json={"instances": msgspec.to_builtins(list(rows())[:60])}).json,
        "refused": client.post("/predict", json={"instances": [{**sample["instances"][0], "insured": "yes"}]}).json,
        "page": client.get("/").text,
        "openapi": client.get("/openapi.json").json,
        "metrics": client.get("/metrics").text,
        "stages": {name: stage["columns"] for name, stage in stages.items()},
        "shown": passport.show(config.models / artifact.CURRENT),
    }


if __name__ == "__main__":
    consistency.check(consistency.here())
    json.dump(asked_of(Path(sys.argv[1])), sys.stdout)
