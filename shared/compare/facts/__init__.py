"""One environment as JSON: every fact that could make the same code answer differently.

The package stands alone: the standard library, CPython 3.8 or newer, no import from outside. So
`shared.parity.sources.bundle` can make one program of it for the Python of any image, as any user, read-only and
without network. A fact is `{"value": …, "how": …}`; one that cannot be read has the value null and the reason under
`unknown`.
"""

from __future__ import annotations

import warnings
from typing import Any, Mapping

from . import (
    arithmetic,
    clock,
    code,
    files,
    filesystem,
    imports,
    interpreter,
    lacks,
    limits,
    packages,
    served,
    summary,
    texts,
    variables,
)
from .context import Context, Fact

FORMAT = 1

# Variables first, before an import below sets some.
PROCESS: tuple[Fact, ...] = (
    *variables.FACTS,
    *interpreter.FACTS,
    *packages.FACTS,
    *texts.FACTS,
    *arithmetic.FACTS,
    *clock.FACTS,
    *limits.FACTS,
    *code.FACTS,
    *imports.FACTS,
    *files.FACTS,
)
PROGRAM = (
    *PROCESS,
    *interpreter.STANDARD,
    *packages.ADDED,
    *files.MOUNTED,
    *filesystem.FACTS,
    *lacks.FACTS,
    *served.FACTS,
    *summary.FACTS,
)
"""What a process that trains does not record: another model lies there than the one that is being made."""


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
        for fact in PROGRAM if context.program else PROCESS:
            try:
                facts[fact.name] = {"value": fact.function(context), "how": fact.how}
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                facts[fact.name] = {"value": None, "how": fact.how, "unknown": reason}
    return {"format": FORMAT, "facts": facts}
