"""The model as every peer serves it: rows of the contract, the project's features, a data frame, the pipeline."""

import os
from pathlib import Path

import msgspec

from shared import artifact
from shared.columns import frame
from shared.contract import Row

MODEL = artifact.load(Path(os.environ["MODEL"]))


def answer(instances):
    """A probability for each instance."""
    return MODEL.pipeline.predict_proba(frame(msgspec.convert(instances, list[Row])))[:, 1].tolist()
