"""What a worker does: Dask sends the function by its name, so each worker runs the code that it has."""

from functools import cache

from shared import artifact, settings
from shared.columns import features


@cache
def scorer():
    """The model, once in each worker."""
    return artifact.compiled_scorer(artifact.read(settings.read().models / artifact.CURRENT))


def ready():
    """Have the model at hand."""
    scorer()


def score(rows):
    """Probabilities of being late, one for each row of a partition."""
    return scorer().scores(features(rows))[:, 0].tolist()
