"""What an exercise runs in: dev's record of how prod should answer, and the learner's prod in a Compose project."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.image import checkout
from tests.lab import assets
from tests.lab.practice import workspace
from tests.lab.practice.exercise import OWN, Exercise
from tests.lab.sandbox import ROOT, DockerCompose
from tests.lab.scenario import BASE
from tests.lab.side import LabSide, side

STAGED = ROOT / ".cache" / "lab" / "practice"
PROJECT = f"{checkout.own_name(ROOT)}-practice"
OTHERS = 240
"""As many as the client returns every answer of."""
CLIENTS = ("adapter.py", "feed.py")
"""Files that the client reads, and prod does not."""


class Bench:
    """An exercise with a learner's folder."""

    def __init__(self, exercise: Exercise, folder: Path, project: str = PROJECT) -> None:
        """Args: folder: the learner's; project: of Compose, for the learner's prod."""
        self.exercise, self.folder, self._project = exercise, folder, project
        self.staged = STAGED / exercise.name
        self.world = self.staged / "world"
        self._variables = {
            "EXERCISE": str(folder),
            "EXERCISE_STAGED": str(self.staged),
            "EXERCISE_TAG": f"{PROJECT}:{exercise.name}",
        }

    @property
    def frame(self) -> str:
        """The fragile code that prod runs; "" for the product."""
        return self.exercise.scenario.frame if self.exercise.scenario else self.exercise.frame

    def overlays(self, folder: Path | None = None) -> tuple[str, ...]:
        """Of the learner's prod, with the files in `folder` for those of the learner's."""
        frame = [ROOT / "tests" / "lab" / "fragile" / self.frame / "compose.yml"] if self.frame else []
        files = (*frame, OWN / "client.yml", OWN / "others.yml", self.world / "compose.yml")
        return tuple(str(file) for file in (*files, (folder or self.folder) / "compose.yml") if file.exists())

    def prepare(self) -> None:
        """Copy what the learner does not edit, and have dev answer, unless all is there and up to date."""
        workspace.stage(self.exercise, self.staged)
        self._tag_image()
        key = hashlib.sha256("\n".join([assets.product(), *self._baseline()]).encode())
        for file in self._baseline():
            key.update((ROOT / file).read_bytes())
        key.update(assets.FLIGHTS.read_bytes()[:200])
        done = self.staged / "key"
        if not done.exists() or done.read_text() != key.hexdigest():
            self._ask_dev()
            done.write_text(key.hexdigest())
        self._save_evidence()

    def _baseline(self) -> tuple[str, ...]:
        if self.exercise.scenario:
            return self.exercise.scenario.overlays("baseline")
        frame = f"tests/lab/fragile/{self.frame}/compose.yml"
        own = self.exercise.folder / "baseline" / "compose.yml"
        return (*([frame] if self.frame else []), *([str(own.relative_to(ROOT))] if own.exists() else []))

    def _ask_dev(self) -> None:
        """Keep a snapshot of prod as dev knows it, and its answers to flights that no learner has.

        A team trains when its prod starts; any other prod answers as the lab's model does, and need not be started.
        """
        train = json.loads(assets.FLIGHTS.read_text())["train"]
        step = len(train["flights"]) // OTHERS
        part = {name: train[name][::step][:OTHERS] for name in ("flights", "late")}
        part |= {"probability": [0.0] * OTHERS, "threshold": 0.5}
        self._others.write_text(json.dumps({"test": part}))
        if self.frame != "team":
            made = LabSide(self.staged, self._baseline(), "off")
            try:
                made.snapshot(model=self.replayed, sibling=True).replace(self.staged / "dev.json")
            finally:
                made.stop()
            part["probability"] = assets.answers(part["flights"])
        else:
            overlays = (*self._baseline(), str(OWN / "others.yml"))
            with side(self.staged, overlays, "off", variables=self._variables) as dev:
                assert dev.started, f"the lab's own prod does not start: {dev.last_error()}"
                measured = dev.ask()
                assert not measured["symptom"], f"the lab's own prod is not as dev's: {measured['symptom']}"
                answers = dev.ask(PARITY_LAB_FLIGHTS="/practice/others.json")["answers"]
                dev.snapshot(model=False).replace(self.staged / "dev.json")
            part["probability"] = [prod for _, prod in answers]
            (self.staged / "measured.json").write_text(json.dumps(measured))
        self._others.write_text(json.dumps({"test": part}))

    def _tag_image(self) -> None:
        """Give the lab's image that this exercise runs, if it runs one, a name that tells nothing."""
        named = self.world / "image"
        if named.exists():
            tag = self._variables["EXERCISE_TAG"]
            checkout.record("tag", tag)
            image = f"{checkout.own_name(ROOT)}-lab:{named.read_text().strip()}"
            subprocess.run(["docker", "tag", image, tag], check=True, timeout=30)

    def _save_evidence(self) -> None:
        """Put into the learner's folder what a colleague has saved: dev's snapshot, and rows as they came."""
        evidence = self.folder / workspace.EVIDENCE
        evidence.mkdir(exist_ok=True)
        (evidence / "dev.json").write_bytes((self.staged / "dev.json").read_bytes())
        if (self.world / "feed.py").exists():
            command = [sys.executable, str(OWN / "received.py"), str(self.world), str(evidence)]
            subprocess.run([*command, str(assets.FLIGHTS)], check=True, timeout=60)

    @property
    def _others(self) -> Path:
        return self.staged / "others.json"

    def dev_answers(self) -> list[float]:
        """Dev's answers to the other flights."""
        return list(json.loads(self._others.read_text())["test"]["probability"])

    def dev_measured(self) -> dict[str, Any]:
        """What the client measured of dev."""
        return dict(json.loads((self.staged / "measured.json").read_text()))

    @property
    def replayed(self) -> bool:
        """Whether the gate replays golden requests."""
        return not self.frame

    def prod(self) -> LabSide:
        """The learner's prod, without its guard; not started."""
        return LabSide(self.staged, self.overlays(), "off", project=self._project, variables=self._variables)

    def running(self) -> LabSide:
        """The learner's prod, without its guard, started afresh if what it runs was edited; it stays."""
        prod, key = self.prod(), self._key()
        kept = self.staged / f"{self._project}.running"
        if kept.exists() and kept.read_text() == key and prod.attach():
            return prod
        kept.unlink(missing_ok=True)
        prod = self.prod()
        prod.stop()
        try:
            prod.start()
        except AssertionError as error:
            raise unreadable(str(error)) from None
        kept.write_text(key)
        return prod

    @contextmanager
    def guarded(self) -> Iterator[LabSide]:
        """The learner's prod with its guard; removed afterwards."""
        with side(self.staged, self.overlays(), "enforce", variables=self._variables) as prod:
            yield prod

    def _key(self) -> str:
        """Of what prod runs: the client alone reads `adapter.py`."""
        services = self.rendered()["services"]
        key = hashlib.sha256(json.dumps({name: services[name] for name in services if name != "client"}).encode())
        folders = (self.folder, self.world)
        for path in (path for folder in folders for path in workspace.mine(folder) if path.name not in CLIENTS):
            key.update(str(path).encode() + (path.read_bytes() if path.is_file() else bytes(path.readlink())))
        return key.hexdigest()

    def rendered(self, folder: Path | None = None) -> dict[str, Any]:
        """Compose's rendering of the learner's prod.

        Raises:
            ParityError: Compose cannot read it.
        """
        settings = self.staged / "rendered.env"
        lines = [f"{name}={value}" for name, value in self._variables.items()]
        settings.write_text((ROOT / ".env").read_text() + "\n".join(lines) + "\nPARITY_GUARD=enforce\n")
        compose = DockerCompose(ROOT, [*BASE, *self.overlays(folder)], env_file=str(settings))
        command = [*compose.docker_compose_command(), "config", "--format", "json"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise unreadable(done.stderr.strip())
        return dict(json.loads(done.stdout))


def prepare(exercise: Exercise) -> None:
    """Make what an exercise needs of the lab: models, flights, images."""
    assets.prepare([exercise.scenario] if exercise.scenario else [], exercise.models, exercise.images)


def unreadable(output: str) -> ParityError:
    """The error for an overlay that Compose does not take."""
    remedy = "correct compose.yml in your folder; make practice RESET=1 gives it back as it was"
    return ParityError("Compose cannot run this, and nothing was checked", evidence=output[-800:], remedy=remedy)
