"""The model as every peer serves it: rows of the contract, the project's features, a data frame, the pipeline."""

import os
from pathlib import Path

import msgspec

from shared import artifact
from shared.columns import frame
from shared.contract import Row

MODEL = artifact.load(Path(os.environ["MODEL"]))


def checked(instances):
    """Rows of the contract."""
    return msgspec.convert(instances, list[Row])


def answer(rows):
    """A probability for each row."""
    return MODEL.pipeline.predict_proba(frame(rows))[:, 1].tolist()
