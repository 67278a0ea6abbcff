"""What a worker does with the team's pickle."""

import pickle
from functools import cache

import msgspec


@cache
def model():
    """The model, once in each worker."""
    from train import MODEL

    return pickle.loads(MODEL.read_bytes())


def ready():
    """Have the model at hand."""
    model()


def score(rows):
    """Probabilities of being late, one for each row of a partition."""
    from prepare import columns
    from train import positive

    return positive(model(), columns(msgspec.to_builtins(rows)))
