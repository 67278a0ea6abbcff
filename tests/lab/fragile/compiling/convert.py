"""The conversion as training does it. Scenarios mount their own over this one."""

from dev.compiling import compiled


def convert(pipeline):
    """The trees of a fitted pipeline, as `compiled.json` holds them."""
    return compiled(pipeline)
