"""One environment as JSON: every fact that could make the same code answer differently.

The package stands alone: the standard library, CPython 3.8 or newer, no import from outside. So `bundle.py` can
make one program of it for the Python of any image, as any user, read-only and without network. A fact is
`{"value": …, "how": …}`; one that cannot be read has the value null and the reason under `unknown`.
"""

from __future__ import annotations

import warnings
from typing import Any, Mapping

from . import arithmetic, clock, code, files, interpreter, limits, packages, served, texts, variables
from .context import Context

FORMAT = 1

# Variables first, before an import below sets some.
PROCESS = (variables, interpreter, packages, texts, arithmetic, clock, limits, code, files)
PROGRAM = (*PROCESS, served)
"""Not in a process that trains: what lies there at training is another model than the one that is made."""


def snapshot(given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Describe the environment that this process runs in.

    Args:
        given: what is known of the environment, as `Context` describes it, of a process that runs for the
            snapshot alone; None in one that trains or serves.
    """
    context = Context(given)
    facts = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PYTHONWARNINGS may make them errors
        for family in PROGRAM if context.program else PROCESS:
            for fact in family.FACTS:
                try:
                    facts[fact.name] = {"value": fact.function(context), "how": fact.how}
                except Exception as error:
                    reason = f"{type(error).__name__}: {error}"
                    facts[fact.name] = {"value": None, "how": fact.how, "unknown": reason}
    return {"format": FORMAT, "facts": facts}
