"""A scenario: what it says about itself, and the compose files of its stages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASE = ("compose.prod.yml", "tests/scenarios/compose.yml")
"""What every stage starts from: prod as it ships, with the lab's model and a client."""
FRAMES = {
    "dask": "a service whose rows are scored by two of Dask's workers, of which `prod` is one",
    "compiling": "a job that compiles the model after training, and vouches for whatever came out",
    "lenient": "a service that makes every request fit the model",
    "balanced": "two replicas behind a balancer, of which `prod` is one",
    "team": "a team that trains a pickle in one container and serves it from another",
    "trusting": "a service that loads whatever is in the model's folder",
}
"""Fragile code, as real teams have it, that both sides of a scenario can run: folders of tests/lab/fragile."""
STAGES = ("baseline", "broken", "caught", "fixed")
KINDS = ("version", "data", "environment", "code", "serving", "artifact", "world", "control")
CAUGHT_BY = ("startup", "request", "gate", "replay", "monitor", "")


@dataclass(frozen=True)
class Scenario:
    """One parity break, or with kind `control` one difference that breaks nothing.

    Attributes:
        title: what goes wrong, in a sentence.
        kind: one of `KINDS`.
        frame: one of `FRAMES`; "" if both sides run the product.
        silent: no error, no warning, 200 OK; what the lab measures must agree.
        story: how it happens to people, and why it does what it does.
        source: addresses of public incidents or documents; "none found" if there are none.
        caught_by: where it is caught: `startup` (the guard at load, which refuses the model, or its compiled
            scorer), `request` (the contract), `gate` (dev against prod), `replay` (golden requests over HTTP),
            `monitor` (a window of requests).
        checks: IDs of the checks that catch it, all of which must.
        fix: what to do about it.
        hint: a first step for somebody who looks for the cause; it does not give the cause away.
        model: whether prod serves the lab's model; no golden requests are replayed otherwise.
        trace: what the break writes into prod's log, and must not once it is caught; "" if it leaves none.
        fixed_on: `prod` if the fix makes prod what dev is; `both` if it changes both sides.
        unavailable: why this machine cannot show it; "" if it can.
        folder: where it is; set when it is loaded.
    """

    title: str
    kind: str
    story: str
    frame: str = ""
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
        """The name of its folder."""
        return self.folder.name

    @property
    def control(self) -> bool:
        """Whether it is a difference that must raise nothing."""
        return self.kind == "control"

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that are run."""
        return ("benign",) if self.control else STAGES

    def overlays(self, stage: str) -> tuple[str, ...]:
        """The compose files that a stage lays over `BASE`, relative to the project; () is the product as it ships.

        These are the frame, what both sides have in common, and what this side differs in. Without a file of its
        own, a fix is the product as it ships.
        """
        own = self.folder / stage / "compose.yml"
        if stage == "fixed" and not own.exists():
            return ()
        frame = ROOT / "tests" / "lab" / "fragile" / self.frame / "compose.yml"
        files = (*([frame] if self.frame else []), self.folder / "compose.yml", own)
        return tuple(str(file.relative_to(ROOT)) for file in files if file.exists())

    @property
    def baseline(self) -> str:
        """Its baseline as Compose reads it; scenarios with the same one share its containers. "" is the product."""
        lines = [line for file in self.overlays("baseline") for line in (ROOT / file).read_text().splitlines()]
        return "\n".join(line for line in lines if not line.startswith("#"))

    def by_hand(self, guard: str = "off") -> str:
        """The command line that shows it, in a Compose project of its own.

        It names the services: `--exit-code-from` would end them all as soon as one that only trains has ended.
        """
        stage = "benign" if self.control else "broken"
        files = " ".join(f"-f {file}" for file in (*BASE, *self.overlays(stage)))
        command = f"docker compose -p {self.project} {files} up --exit-code-from client prod client"
        return f"PARITY_GUARD={guard} {command}"

    def by_hand_down(self) -> str:
        """The command line that removes what `by_hand` started."""
        return f"docker compose -p {self.project} down --volumes"

    @property
    def project(self) -> str:
        """The Compose project of its command lines; as an option it wins over every setting, so prod is safe."""
        return f"parity-sandbox-lab-{self.name}"
