"""Trees as they were before they could be trained on missing values: a node has a column, a threshold, two children."""

from dev.compiling import compiled


def convert(pipeline):
    """As training does it, without the side that each node has learned for a missing value."""
    form = compiled(pipeline)
    form.trees.missing_left = [False] * len(form.trees.missing_left)  # NaN <= threshold is false
    return form
