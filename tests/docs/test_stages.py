"""The pipeline's stages, held against the code that they run."""

import re

from tests.integration.support.imports import imports
from tests.lab.scenario import ROOT

STAGES = ["collect", "prepare", "train", "evaluate"]
RUNS = {
    "prepare": ["dev/prepare.py"],
    "train": ["dev/train.py", "shared/compare/answer.py"],
    "evaluate": ["dev/evaluate.py"],
}
"""What each stage runs in the image; training asks golden requests again in other processes."""


def test_stages_depend_on_all_code_that_they_run() -> None:
    """Whatever a stage imports, and the image's recipe: else it would not run when that changes."""
    _, *parts = re.split(r"^  (\w+):\n", (ROOT / "dev" / "dvc.yaml").read_text(), flags=re.MULTILINE)
    listed = {
        name: set(re.findall(r"^      - ((?:dev|shared)/.*\.py|shared/image/Dockerfile|uv\.lock)$", text, re.MULTILINE))
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }
    assert list(listed) == STAGES
    assert listed["collect"] == imported("dev/collect.py")
    for name, modules in RUNS.items():
        assert listed[name] == {"shared/image/Dockerfile", "uv.lock", *imported(*modules)}, name


def imported(*modules: str) -> set[str]:
    """The project's modules that these import, and they themselves; empty ones change nothing."""
    found, left = set(), list(modules)
    while left:
        found.add(path := left.pop())
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        places = [name.replace(".", "/") for name in imports(module, ROOT / path)]
        files = {f"{place}{end}" for place in places for end in (".py", "/__init__.py")} - found
        left += [file for file in files if (ROOT / file).is_file() and (ROOT / file).read_text()]
    return found
