"""A loader as many a team has it: what lies in the folder is loaded, whatever it is and whoever wrote it.

With `PARITY_GUARD` other than off the loader is the one that ships.
"""

import pickle

import skops.io
from shared.shipped_artifact import *

from shared import settings
from shared import shipped_artifact as shipped


def load(folder):
    """A model, by pickle if the file is one."""
    if settings.read().guard != "off":
        return shipped.load(folder)
    content = (folder / shipped.MODEL).read_bytes()
    if content.startswith(b"\x80"):
        pipeline = pickle.loads(content)
    else:
        pipeline = skops.io.loads(content, trusted=skops.io.get_untrusted_types(data=content))
    return shipped.Model(pipeline, shipped._read_passport(folder))
