"""One environment as JSON: every fact that could make the same code answer differently.

The package stands alone: the standard library, CPython 3.8 or newer, no import from outside. So
`shared.parity.sources.bundle` can make one program of it for the Python of any image, as any user, read-only and
without network. A fact is `{"value": …, "how": …}`; one that cannot be read has the value null and the reason under
`unknown`.
"""

from __future__ import annotations

import contextlib
import pickle
import sys
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
    leads,
    limits,
    models,
    naming,
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
    *leads.FACTS,
    *served.FACTS,
    *summary.FACTS,
)
"""What a process that trains does not record: another model lies there than the one that is being made."""


OF_FILES = (*variables.FACTS, *packages.FACTS, *code.FACTS, *imports.FACTS, *files.FACTS)
"""What takes time: thousands of files are read for these."""


def snapshot(given: Mapping[str, Any] | None = None, known: bytes = b"") -> dict[str, Any]:
    """Describe the environment that this process runs in.

    Args:
        given: what is known of the environment, as `Context` describes it, of a process that runs for the
            snapshot alone; None in one that trains or serves.
        known: what `ahead` gave another process a moment ago. It saves reading files; every fact is of this process.
    """
    context = Context(given)
    if known:
        place, memory = pickle.loads(known)  # noqa: S301 (of a process of our own)
        context.memory = memory  # it says which variables the code names
        if place != _place(context):
            context.memory = {}
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


def ahead() -> bytes:
    """What files hold, for the snapshot of another process that has this one's path, folder and variables of places."""
    context = Context()
    for fact in OF_FILES:
        with contextlib.suppress(Exception):  # the snapshot meets it as well, and says so
            fact.function(context)
    return pickle.dumps((_place(context), context.memory))


def _place(context: Context) -> tuple[list[str], str, dict[str, str]]:
    """What decides which files count."""
    variables = {
        name: value
        for name, value in context.variables.items()
        if models.PLACES.fullmatch(name) or ("/" in value and naming.is_named(context, name))
    }
    return list(sys.path), context.folder, variables
