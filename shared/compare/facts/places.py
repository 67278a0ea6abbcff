"""Where the project's own files lie."""

from __future__ import annotations

import os
import re

from .context import Context, once
from .distributions import distributions

LEFT_OUT = re.compile(r"\..*|__pycache__|(site|dist)-packages|node_modules|tests|python\d.*")


@once
def walk(context: Context) -> list[tuple[str, str]]:
    """Files of the project: a folder, and the path below it; nothing of an installation, of tests or hidden."""
    found = []
    for root in roots(context):
        for folder, folders, files in os.walk(root):
            folders[:] = sorted(name for name in folders if not LEFT_OUT.fullmatch(name))
            found += [(root, os.path.relpath(os.path.join(folder, name), root)) for name in sorted(files)]
    return found


@once
def roots(context: Context) -> list[str]:
    """The working folder unless it is the root, PYTHONPATH, and what is installed from a folder as it is."""
    found = [context.folder, *filter(os.path.isdir, context.variables.get("PYTHONPATH", "").split(os.pathsep))]
    found += [folder for _, folder in (one.origin(context) for one in distributions(context)) if folder]
    kept: list[str] = []
    for root in sorted({os.path.realpath(root) for root in found} - {"/"}, key=len):
        if not any((root + "/").startswith(above + "/") for above in kept):
            kept.append(root)
    return kept
