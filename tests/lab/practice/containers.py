"""Programs of a check, run in containers of the one image without network."""

import json
from pathlib import Path
from typing import Any

from shared.image.run import run
from tests.lab import assets

VERSIONS = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
LIMIT_SECONDS = 120


def python(program: str, *arguments: str, folder: Path | None = None, threads: int = 1) -> str:
    """What a program prints.

    Args:
        folder: is /yours in the container, which cannot write to it.
        threads: OMP_NUM_THREADS.

    Raises:
        ParityError: it failed, or took too long.
    """
    return run(
        *("docker", "run", "--rm", "--network", "none", "--read-only", "--tmpfs=/tmp", "--env"),
        f"OMP_NUM_THREADS={threads}",
        *(("--volume", f"{folder}:/yours:ro") if folder else ()),
        *("--entrypoint", "python3", assets.product(), "-c", program, *arguments),
        timeout=LIMIT_SECONDS,
        remedy="make practice CHECK=1",
    )


def learned(program: str, folder: Path, files: dict[str, str], order: int, threads: int) -> dict[str, Any]:
    """What a training of the learner's leaves, from these files in that order of a folder."""
    return dict(json.loads(python(program, json.dumps(files), str(order), folder=folder, threads=threads)))
