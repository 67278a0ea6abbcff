"""Measure the noise floor: replay golden requests in processes that differ in what must not matter."""

import dataclasses
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from shared import artifact
from shared.errors import ParityError
from shared.golden import Golden, floor
from shared.scorer import PIPELINE

TIMEOUT_SECONDS = 600
"""Two seconds where nothing else runs; a busy machine takes a hundred times as long."""


class NoiseError(ParityError):
    """The golden requests could not be replayed."""


def variations() -> dict[str, dict[str, str]]:
    """By name, environment variables of a process whose answers must be the same."""
    varied = {"another hash seed": {"PYTHONHASHSEED": "1"}}
    if platform.machine() == "x86_64":
        features = np._core._multiarray_umath  # type: ignore[attr-defined]
        usable = [name for name in features.__cpu_dispatch__ if features.__cpu_features__[name]]
        varied["numpy on an older CPU"] = {"NPY_DISABLE_CPU_FEATURES": " ".join(usable)}
        varied["OpenBLAS on an older CPU"] = {"OPENBLAS_CORETYPE": "Nehalem"}
    return varied


def measured(
    model: artifact.Model, files: Mapping[str, bytes], progress: Callable[[str], None] = lambda text: None
) -> Golden:
    """The model's golden answers with the noise floor of all variations.

    Args:
        files: as for `artifact.save`.
        progress: called with what was done.

    Raises:
        NoiseError: a process failed.
    """
    golden = model.passport.golden
    expected = np.array(golden.scores)
    varied = variations()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(len(varied)) as pool:
        saved = artifact.save(Path(folder), model, files)
        answers = pool.map(lambda variables: _answers(saved, variables), varied.values())
        moved = {}
        for name, again in zip(varied, answers, strict=True):
            moved[name] = float(np.abs(again - expected).max())
            progress(f"{name}: moved by {moved[name]:.1e}")
    noise = {**golden.noise, **moved}
    return dataclasses.replace(golden, noise=noise, noise_floor=floor(expected, list(noise.values())))


def _answers(model: Path, variables: dict[str, str]) -> npt.NDArray[np.float64]:
    command = [sys.executable, "-m", "shared.compare.answer", str(model)]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PARITY_SCORER": PIPELINE, **variables},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise NoiseError(
            "golden requests took too long to replay in another process",
            evidence=f"with {variables}: no answers after {TIMEOUT_SECONDS} seconds",
            remedy="this machine is very busy: train again when it is not",
        ) from None
    answer = json.loads(done.stdout) if done.returncode == 0 else {}
    if "stages" not in answer:
        raise NoiseError(
            "golden requests could not be replayed in another process",
            evidence=f"with {variables or 'nothing changed'}: {answer.get('failure') or done.stderr.strip()[-300:]}",
            remedy="the model must survive saving and loading here before it can be served",
        )
    *_, answers = answer["stages"].values()
    return np.array(answers["rows"], dtype="float64")
