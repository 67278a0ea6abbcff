"""What of `params.toml` only the model has: its types are these, all others are in `dev/params.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ModelParams:
    """Of the gradient boosting, and the seed of everything random."""

    learning_rate: float
    max_iter: int
    min_samples_leaf: int
    l2_regularization: float
    seed: int
