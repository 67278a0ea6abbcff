"""Settings: environment variables and `.env`, without secrets."""

from __future__ import annotations

import os
import re
from typing import Mapping

from . import entry, masks, reading
from .context import Context, Fact, printable
from .models import distant
from .naming import is_named
from .places import walk

VARIABLES = re.compile(
    r"PYTHON.*|LANG|LANGUAGE|LC_.*|TZ|TZDIR|LD_PRELOAD|LD_LIBRARY_PATH|GLIBC_TUNABLES"
    r"|(OMP|GOMP|KMP|OPENBLAS|GOTO|BLIS|MKL|VECLIB|NUMEXPR|NUMBA|NPY|ONEDNN|DNNL|SCIPY|SKLEARN|PANDAS|ARROW|POLARS)_.*"
    r"|(CUDA|CUBLAS|CUDNN|NVIDIA|TF|XLA|TORCH|PYTORCH|JAX)_.*"
    r"|.*(THRESHOLD|CUTOFF).*|.*(FEATURE|MODEL)S?(_.*)?|PARITY_.*|" + "|".join(entry.VARIABLES)
)
"""Names of variables that may change numbers or texts, and so are recorded; so are those that the code names."""

DOTENV = re.compile(r"\.env(\.(?!example|sample|template|dist).*)?")
ELSEWHERE = {"PARITY_IMAGE", "PARITY_SEALED", "PARITY_REVISION", "PARITY_BASE", "PARITY_LOCK_SHA256"}
"""The passport has them."""


def variables(context: Context) -> dict[str, str]:
    """Those that are recorded."""
    return _recorded(context, context.variables)


def dotenv(context: Context) -> dict[str, str]:
    """The same of what python-dotenv would set; of files elsewhere than in the working folder after `PATH:`."""
    found = {}
    own = os.path.realpath(os.path.join(context.folder, ".env"))
    for item in [*walk(context), *distant(context)]:
        if DOTENV.fullmatch(os.path.basename(item.path)):
            lines = (reading.text(item.path) or "").splitlines()
            pairs = [re.match(r"\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$", line) for line in lines]
            values = _recorded(context, {pair.group(1): pair.group(2).strip("\"'") for pair in pairs if pair})
            before = "" if os.path.realpath(item.path) == own else f"{printable(item.key)}:"
            found.update({before + name: value for name, value in values.items()})
    return found


def named(context: Context) -> list[str]:
    """Recorded variables that the code names."""
    recorded = {*variables(context), *(name.rpartition(":")[2] for name in dotenv(context))}
    return sorted(name for name in recorded if is_named(context, name))


def _recorded(context: Context, values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: masks.value(name, value)
        for name, value in sorted(values.items())
        if (VARIABLES.fullmatch(name) or is_named(context, name)) and name not in ELSEWHERE
    }


FACTS = (
    Fact("variables", "os.environ: those that may change numbers or texts; secrets are masked", variables),
    Fact("dotenv", ".env files: what python-dotenv would set, by the same rules", dotenv),
    Fact("named", "the recorded variables whose names stand in quotes in the code", named),
)
