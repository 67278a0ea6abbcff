"""What a scenario says of itself, and where the scenarios are."""

import importlib.util
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "scenarios"
FRAME = "tests/scenarios/compose.yml"
STAGES = ("baseline", "broken", "caught", "fixed")
KINDS = ("version", "data", "environment", "code", "serving", "artifact", "world", "control")
CAUGHT_BY = ("startup", "request", "gate", "replay", "monitor", "")


@dataclass(frozen=True)
class Scenario:
    """One parity break, or with kind `control` one difference that breaks nothing.

    Attributes:
        title: what differs, in a few words.
        kind: one of `KINDS`.
        silent: no error, no warning, 200 OK; what the lab measures must agree.
        story: how it happens to people, and why it does what it does.
        source: addresses of public incidents or documents; "none found" if there are none.
        caught_by: where it is caught: `startup` (the guard at load), `request` (the contract), `gate` (dev
            against prod), `replay` (golden requests over HTTP), `monitor` (a window of requests).
        checks: IDs of the checks that catch it, all of which must.
        fix: what makes it whole.
        hint: for somebody who looks for the cause, without giving it away.
        model: whether prod serves the lab's model; no golden requests are replayed otherwise.
        trace: what the break writes into prod's log, and must not once it is caught; "" if it leaves none.
        fixed_on: `prod` if prod becomes what dev is; `both` if both sides change.
        unavailable: says why it cannot be shown on this machine; "" if it can.
        folder: where it lives; set when it is loaded.
    """

    title: str
    kind: str
    story: str
    source: str = "none found"
    silent: bool = True
    caught_by: str = ""
    checks: tuple[str, ...] = ()
    fix: str = ""
    hint: str = ""
    model: bool = True
    trace: str = ""
    fixed_on: str = "prod"
    unavailable: Callable[[], str] = field(default=lambda: "", repr=False)
    folder: Path = Path()

    @property
    def name(self) -> str:
        """Of its folder."""
        return self.folder.name

    @property
    def control(self) -> bool:
        """Whether it is a difference that must raise nothing."""
        return self.kind == "control"

    @property
    def stages(self) -> tuple[str, ...]:
        """Those that are run."""
        return ("benign",) if self.control else STAGES

    def overlay(self, stage: str) -> str:
        """The compose file of a stage, relative to the project; "" if the stage is the product as it is."""
        path = self.folder / stage / "compose.yml"
        return str(path.relative_to(ROOT)) if path.exists() else ""

    @property
    def baseline(self) -> str:
        """Its baseline as Compose reads it; where two have the same, they share its containers. "" is the product."""
        overlay = self.overlay("baseline")
        lines = (ROOT / overlay).read_text().splitlines() if overlay else []
        return "\n".join(line for line in lines if not line.startswith("#"))

    def by_hand(self, guard: str = "off") -> str:
        """The command line that shows it; services are named, lest one that trains and ends would end it all."""
        stage = "benign" if self.control else "broken"
        files = " ".join(f"-f {file}" for file in ("compose.prod.yml", FRAME, self.overlay(stage)) if file)
        return f"PARITY_GUARD={guard} docker compose {files} up --exit-code-from client prod client"

    @property
    def images(self) -> set[str]:
        """Names of the lab's images that its overlays run."""
        text = "".join(path.read_text() for path in self.folder.glob("*/compose.yml"))
        return set(re.findall(r"parity-sandbox-lab:([\w.-]+)", text)) - {"product"}


def load(folder: Path) -> Scenario:
    """The scenario in a folder: its `scenario.py` has one, named SCENARIO."""
    spec = importlib.util.spec_from_file_location(f"scenario_{folder.name.replace('-', '_')}", folder / "scenario.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    told = module.SCENARIO
    assert isinstance(told, Scenario), f"{folder}/scenario.py: SCENARIO is no Scenario"
    return Scenario(**{**vars(told), "folder": folder})


def sample(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The first of each way of being caught, and the first control."""
    first: dict[str, Scenario] = {}
    for each in scenarios:
        first.setdefault(each.caught_by, each)
    return list(first.values())


def everything() -> list[Scenario]:
    """All scenarios, breaks first, by kind; `PARITY_SCENARIO` names the only ones wanted."""
    wanted = set(os.environ.get("PARITY_SCENARIO", "").split())
    found = [load(path.parent) for path in FOLDER.glob("*/scenario.py") if not wanted or path.parent.name in wanted]
    return sorted(found, key=lambda each: (KINDS.index(each.kind), each.name))
