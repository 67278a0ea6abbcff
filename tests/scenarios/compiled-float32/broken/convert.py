"""Trees in the form that many runtimes have: a threshold is a float of 32 bits."""

import numpy as np

from dev.compiling import compiled


def convert(pipeline):
    """As training does it, to seven digits."""
    form = compiled(pipeline)
    form.trees.threshold = [None if value is None else float(np.float32(value)) for value in form.trees.threshold]
    return form
