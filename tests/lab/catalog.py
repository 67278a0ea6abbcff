"""The catalogue of scenarios: the folders of tests/scenarios, all of them or those that are named."""

import difflib
import importlib.util
import os
import re
from collections.abc import Sequence
from pathlib import Path

from shared.errors import ParityError
from tests.lab.scenario import KINDS, ROOT, Scenario

FOLDER = ROOT / "tests" / "scenarios"


def load(folder: Path) -> Scenario:
    """The scenario in a folder: its `scenario.py` has one, named SCENARIO."""
    spec = importlib.util.spec_from_file_location(f"scenario_{folder.name.replace('-', '_')}", folder / "scenario.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    loaded = module.SCENARIO
    assert isinstance(loaded, Scenario), f"{folder}/scenario.py: SCENARIO is not a Scenario"
    return Scenario(**{**vars(loaded), "folder": folder})


def scenarios() -> list[Scenario]:
    """All scenarios, breaks first, by kind; the variable PARITY_SCENARIO narrows them down to the names in it."""
    wanted = set(os.environ.get("PARITY_SCENARIO", "").split())
    found = [load(path.parent) for path in FOLDER.glob("*/scenario.py") if not wanted or path.parent.name in wanted]
    return sorted(found, key=lambda scenario: (KINDS.index(scenario.kind), scenario.name))


def select(names: Sequence[str]) -> list[Scenario]:
    """The scenarios with these names; all if there are none.

    Raises:
        ParityError: there is no such scenario.
    """
    known = {scenario.name: scenario for scenario in scenarios()}
    for name in names:
        if name not in known:
            raise _unknown(name, list(known))
    return [known[name] for name in names] or list(known.values())


def sample(among: Sequence[Scenario]) -> list[Scenario]:
    """The first for each way of being caught, a control, and for each frame left over one that needs no image.

    Of those, one whose fix is the product as it ships, which starts no containers of its own.
    """
    chosen: dict[str, Scenario] = {}
    for scenario in among:
        chosen.setdefault(scenario.caught_by, scenario)
    shown = {scenario.frame for scenario in chosen.values()}
    for scenario in sorted(among, key=lambda scenario: bool(scenario.overlays("fixed"))):
        if scenario.frame not in shown and not images([scenario]):
            chosen.setdefault(f"frame {scenario.frame}", scenario)
    return [scenario for scenario in among if scenario in chosen.values()]


def images(chosen: Sequence[Scenario]) -> set[str]:
    """Names of the lab's images that their overlays run."""
    return set(re.findall(r"-lab:([\w.-]+)", _overlays(chosen))) - {"product"}


def models(chosen: Sequence[Scenario]) -> set[str]:
    """Names of the lab's models, beside the current one, that their overlays mount."""
    return set(re.findall(r"\.cache/lab/(\w+)/models", _overlays(chosen))) - {"artifacts"}


def _overlays(chosen: Sequence[Scenario]) -> str:
    files = {file for scenario in chosen for stage in scenario.stages for file in scenario.overlays(stage)}
    return "".join((ROOT / file).read_text() for file in sorted(files))


def _unknown(name: str, known: Sequence[str]) -> ParityError:
    if not name:
        remedy = f"make scenario NAME={known[0]}; make scenarios LIST=1 lists them all"
        return ParityError("which scenario?", evidence=f"NAME is empty; there are {len(known)}", remedy=remedy)
    close = difflib.get_close_matches(name, known, n=1) or [other for other in known if name in other][:1]
    evidence = f"did you mean {close[0]}?" if close else f"none of the {len(known)} names is close to it"
    return ParityError(f"there is no scenario {name}", evidence=evidence, remedy="make scenarios LIST=1")
