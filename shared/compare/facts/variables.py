"""Settings: environment variables and `.env`, without secrets."""

from __future__ import annotations

import os
import re
from typing import Mapping

from . import masks, reading
from .code import constants
from .context import Context, Fact

VARIABLES = re.compile(
    r"PYTHON.*|LANG|LANGUAGE|LC_.*|TZ|TZDIR|LD_PRELOAD|LD_LIBRARY_PATH|GLIBC_TUNABLES"
    r"|(OMP|GOMP|KMP|OPENBLAS|GOTO|BLIS|MKL|VECLIB|NUMEXPR|NUMBA|NPY|ONEDNN|DNNL|SCIPY|SKLEARN|PANDAS|ARROW|POLARS)_.*"
    r"|(CUDA|CUBLAS|CUDNN|NVIDIA|TF|XLA|TORCH|PYTORCH|JAX)_.*"
    r"|.*(THRESHOLD|CUTOFF).*|.*(FEATURE|MODEL)S?(_.*)?|PARITY_.*"
)
"""Names of variables that may change numbers or texts, and so are recorded; so are those that the code names."""

ELSEWHERE = {"PARITY_IMAGE", "PARITY_REVISION", "PARITY_BASE", "PARITY_LOCK_SHA256"}
"""The passport has them."""


def variables(context: Context) -> dict[str, str]:
    """Those that are recorded."""
    return _recorded(context, context.variables)


def dotenv(context: Context) -> dict[str, str]:
    """The same of what python-dotenv would set."""
    lines = (reading.text(os.path.join(context.folder, ".env")) or "").splitlines()
    pairs = [re.match(r"\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$", line) for line in lines]
    return _recorded(context, {pair.group(1): pair.group(2).strip("\"'") for pair in pairs if pair})


def named(context: Context) -> list[str]:
    """Recorded variables that the code names."""
    return sorted(constants(context) & {*variables(context), *dotenv(context)})


def _recorded(context: Context, values: Mapping[str, str]) -> dict[str, str]:
    return {
        name: masks.value(name, value)
        for name, value in sorted(values.items())
        if (VARIABLES.fullmatch(name) or name in constants(context)) and name not in ELSEWHERE
    }


FACTS = (
    Fact("variables", "os.environ: those that may change numbers or texts; secrets are masked", variables),
    Fact("dotenv", ".env in the working folder: what python-dotenv would set, by the same rules", dotenv),
    Fact("named", "the recorded variables whose names stand in quotes in the code", named),
)
