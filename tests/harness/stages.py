"""The stages of a scenario, written once: real containers from compose.prod.yml and the scenario's overlays.

| stage    | holds when |
|----------|------------|
| baseline | prod as dev knows it: no symptom, the gate is clean |
| broken   | guard off: the client shows harm, with a number |
| caught   | guard on, all else the same: the named checks catch it where the scenario says |
| fixed    | guard on: no symptom, the gate is clean |
| benign   | (controls) guard on: nothing above a note in gate, guard, replay and monitor |
"""

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from tests.harness import lab
from tests.harness.sandbox import ROOT, DockerCompose
from tests.harness.scenario import FRAME, Scenario

CLIENT_SECONDS = 120
READY_SECONDS = 60
SERIOUS = ("breaks", "risk")
LOUD = re.compile(r"Warning|Traceback|ChainedAssignmentError")  # the last is a warning in spite of its name
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # Compose's own, even where nobody looks
DISABLE = """
import sys
from shared.parity import checks, predictions, service
from shared.parity.__main__ import main
for name in sys.argv.pop(1).split(","):
    checks.CHECKS.pop(name, None)
    if name == "predictions":
        predictions.compare = lambda *_: []
    if name == "replay":
        service.ranked = lambda _: ()
sys.exit(main())
"""
SLEEP = ("python3", "-c", "import time; time.sleep(600)")


@dataclass(frozen=True)
class Outcome:
    """What a stage showed.

    Attributes:
        holds: whether it is as the stage must be.
        evidence: in words, for the reader of a story.
        seconds: how long it took.
        details: what was measured.
    """

    stage: str
    holds: bool
    evidence: str
    seconds: float
    details: dict[str, Any] = field(default_factory=dict)


class Side:
    """One prod, from compose.prod.yml, the lab's frame and an overlay, under a project name of its own."""

    def __init__(self, folder: Path, overlay: str, guard: str) -> None:
        project = f"parity-sandbox-lab-{uuid.uuid4().hex[:8]}"
        settings = folder / f"{project}.env"
        lines = [f"COMPOSE_PROJECT_NAME={project}", f"PARITY_GUARD={guard}"]
        settings.write_text((ROOT / ".env").read_text() + "\n".join(lines) + "\n")
        files = [file for file in ("compose.prod.yml", FRAME, overlay) if file]
        self.compose = DockerCompose(ROOT, files, env_file=str(settings), services=["prod"], wait=False)
        self.started = False

    def start(self) -> "Side":
        """Start prod and wait until it is ready; `started` says whether it is."""
        try:
            self.compose.start()
            self.started = self._becomes_ready()
        except subprocess.CalledProcessError as error:
            # Without even a container it is Docker that failed, and that is no symptom of prod.
            assert self._do("ps", "--all", "--quiet", "prod").strip(), f"the lab failed: {error.stderr!r}"
        return self

    def _becomes_ready(self) -> bool:
        """Ask until it answers, is gone, or time is up; from here, since a health check inside costs a core."""
        container = self._do("ps", "--all", "--quiet", "prod").strip()
        running = ["docker", "inspect", "--format", "{{.State.Running}}", container]
        url, end = "", time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            time.sleep(0.25)
            if subprocess.run(running, capture_output=True, text=True, timeout=30).stdout.strip() != "true":
                return False
            url = url or self.url
            with suppress(httpx.HTTPError):
                if httpx.get(f"{url}/ready", timeout=2).is_success:
                    return True
        return False

    def stop(self) -> None:
        """Take it down at once, with its volumes."""
        self._do("down", "--volumes", "--timeout", "0", check=False)

    @property
    def url(self) -> str:
        """Where it is published."""
        return f"http://127.0.0.1:{self.compose.get_service_port('prod', 8000)}"

    @contextmanager
    def container(self) -> Iterator[str]:
        """ID of its container; where prod does not run, of its sibling."""
        if self.started:
            yield self._do("ps", "--quiet", "prod").strip()
        else:
            with self.sibling() as other:
                yield other

    @contextmanager
    def sibling(self) -> Iterator[str]:
        """ID of another container of the same service, which only sleeps and is gone after."""
        said = self._do("run", "--detach", "--no-deps", "--entrypoint", SLEEP[0], "prod", *SLEEP[1:])
        container = said.strip().splitlines()[-1]
        try:
            yield container
        finally:
            # At once: it would go on being asked for its health.
            subprocess.run(["docker", "rm", "--force", container], capture_output=True, timeout=60)

    def snapshot(self, folder: Path, *, model: bool, sibling: bool = False) -> Path:
        """A snapshot of its container, or of a sibling, in a file; with its answers where there is a model."""
        path = folder / f"{uuid.uuid4().hex[:12]}.json"
        with self.sibling() if sibling else self.container() as container:
            done = parity("snapshot", f"container:{container}", *_model(model), "--output", str(path))
        assert done.returncode == 0, done.stderr
        return path

    def ask(self, **variables: str) -> dict[str, Any]:
        """What the client says of it; a prod that does not start is a symptom too."""
        if not self.started:
            said = self.last_words()
            return {"symptom": f"prod does not start: {said}", "statuses": {}, "problem": said, "answers": []}
        options = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
        said = self._do("run", "--rm", "--no-deps", "--no-TTY", *options, "client", check=False)
        try:
            return dict(json.loads(said.splitlines()[-1]))
        except (ValueError, IndexError):
            raise AssertionError(f"the client failed: {said or self.log()}") from None

    def log(self) -> str:
        """What prod has written."""
        return CONTROL.sub("", self._do("logs", "--no-color", "--no-log-prefix", "prod", check=False))

    def last_words(self) -> str:
        """Why it does not run: the last error in its log."""
        lines = [line for line in self.log().splitlines() if line.strip()]
        for line in reversed(lines):
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                if told["level"] == "CRITICAL":
                    return f"{told['message']}: {told['evidence']} → {told['remedy']}"
        errors = [line for line in lines if "Error" in line and not line.startswith(" ")]
        return (errors or lines or ["it said nothing"])[-1]

    def _do(self, *words: str, check: bool = True) -> str:
        command = [*self.compose.docker_compose_command(), *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=CLIENT_SECONDS)
        assert not check or done.returncode == 0, done.stderr
        return done.stdout if done.stdout or not done.returncode else done.stderr


class Shared:
    """What scenarios have in common: one prod as it ships, started when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()

    @cached_property
    def product(self) -> "Taken":
        """The product as it ships."""
        return taken(self._stack.enter_context(side(self.folder, "", "enforce")), self.folder)

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the client says of it."""
        return self.product.side.ask()

    @cached_property
    def judged(self) -> dict[str, Any]:
        """What the gate says of another container of the same service, and it."""
        other = self.product.side.snapshot(self.folder, model=True, sibling=True)
        return gate(other, self.product.snapshot, model=True)

    def close(self) -> None:
        """Take it down."""
        self._stack.close()


@dataclass(frozen=True)
class Taken:
    """A side and its snapshot, in a file."""

    side: Side
    snapshot: Path


class Run:
    """One scenario, stage after stage; what a stage starts stays for those after it."""

    def __init__(self, scenario: Scenario, shared: Shared, *, disabled: bool = False) -> None:
        """Args: disabled: without the checks that catch it, to prove that it is they who do."""
        self.scenario, self._shared = scenario, shared
        self._guard = "off" if disabled else "enforce"
        self._without = scenario.checks if disabled else ()
        self._stack = ExitStack()

    def do(self, stage: str) -> Outcome:
        """Run a stage.

        Raises:
            AssertionError: the lab itself failed.
        """
        begun = time.monotonic()
        holds, evidence, details = getattr(self, f"_{stage}")()
        return Outcome(stage, holds, evidence, round(time.monotonic() - begun, 2), details)

    def close(self) -> None:
        """Take down what was started."""
        self._stack.close()

    # Each stage returns whether it holds, evidence in words, and what was measured.

    def _baseline(self) -> tuple[bool, str, dict[str, Any]]:
        if not self.scenario.overlay("baseline"):
            return _clean(self._shared.asked, self._shared.judged)
        dev = self._dev
        other = dev.side.snapshot(self._shared.folder, model=self.scenario.model, sibling=True)
        return _clean(dev.side.ask(), gate(other, dev.snapshot, model=self.scenario.model))

    def _broken(self) -> tuple[bool, str, dict[str, Any]]:
        told = self._prod.ask()
        log = self._prod.log()
        noticed = {
            "smoke": not self._prod.started or told["smoke"] != 200,
            "warning": "InconsistentVersionWarning" in log,
        }
        loud = not self._prod.started or set(told["statuses"]) - {"200"} or LOUD.search(log)
        details = {**told, "noticed": noticed, "loud": bool(loud)}
        return bool(told["symptom"]), told["symptom"] or "no symptom", details

    def _caught(self) -> tuple[bool, str, dict[str, Any]]:
        return {
            "startup": self._refused_at_startup,
            "request": self._refused_at_request,
            "gate": self._found_by_gate,
            "replay": self._found_by_replay,
            "monitor": self._found_by_monitor,
            "training": self._refused_at_training,
        }[self.scenario.caught_by]()

    def _fixed(self) -> tuple[bool, str, dict[str, Any]]:
        overlay = self.scenario.overlay("fixed")
        if not overlay:
            return _clean(self._shared.asked, self._shared.judged)
        fixed = self._enter(overlay, "enforce")
        if not fixed.started:
            return False, f"prod does not start: {fixed.last_words()}", {}
        model = self.scenario.model
        dev = self._dev.snapshot
        if self.scenario.fixed_on == "both":
            dev = fixed.snapshot(self._shared.folder, model=model, sibling=True)
        return _clean(fixed.ask(), gate(dev, fixed.snapshot(self._shared.folder, model=model), model=model))

    def _benign(self) -> tuple[bool, str, dict[str, Any]]:
        prod = self._enter(self.scenario.overlay("benign"), "enforce")
        if not prod.started:
            return False, f"prod does not start: {prod.last_words()}", {}
        there = prod.snapshot(self._shared.folder, model=True)
        holds, evidence, details = _clean(prod.ask(), gate(self._shared.product.snapshot, there, model=True))
        replayed = replay(prod.url)
        guarded = [line for line in prod.log().splitlines() if '"risk ' in line or '"breaks ' in line]
        seen = _serious(replayed)
        evidence += "; the guard at load and the replay over HTTP find nothing" if not seen and not guarded else ""
        problems = [*_texts(seen), *guarded]
        return holds and not problems, "; ".join([evidence, *problems]), {**details, "replay": replayed}

    def _refused_at_startup(self) -> tuple[bool, str, dict[str, Any]]:
        guarded = self._enter(self.scenario.overlay("broken"), self._guard)
        if guarded.started:
            return False, "prod starts under the guard", {}
        said = guarded.last_words()
        missing = [check for check in self.scenario.checks if f"{check}: " not in said]
        return not missing, said, {"missing": missing}

    def _refused_at_request(self) -> tuple[bool, str, dict[str, Any]]:
        guarded = self._enter(self.scenario.overlay("broken"), self._guard)
        if not guarded.started:
            return False, f"prod does not start: {guarded.last_words()}", {}
        told = guarded.ask()
        refused = told["asked"] - told["answered"]
        status = set(told["statuses"]) <= {"200", "400", "413", "415", "422"} and refused > 0 and not told["flipped"]
        try:
            problem = json.loads(told["problem"] or "{}")
        except ValueError:
            problem = {}
        said = f"{refused:,} of {told['asked']:,} refused: {problem.get('status')} {problem.get('detail')}"
        remedy = problem.get("remedy")
        return bool(status and remedy), f"{said} → {remedy}", told

    def _found_by_gate(self) -> tuple[bool, str, dict[str, Any]]:
        model = self.scenario.model
        there = self._prod.snapshot(self._shared.folder, model=model)
        report = gate(self._dev.snapshot, there, model=model, without=self._without)
        return self._named(report)

    def _found_by_replay(self) -> tuple[bool, str, dict[str, Any]]:
        return self._named(replay(self._prod.url, without=self._without))

    def _found_by_monitor(self) -> tuple[bool, str, dict[str, Any]]:
        findings = self._prod.ask(PARITY_LAB_PATH="/check")["report"]["findings"]
        return self._named({"findings": [each for each in findings if each["check"] not in self._without]})

    def _refused_at_training(self) -> tuple[bool, str, dict[str, Any]]:
        done = self._prod.compose.docker_compose_command()
        ran = subprocess.run(
            [*done, "run", "--rm", "--no-TTY", "train"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=CLIENT_SECONDS,
        )
        said = (ran.stderr.strip().splitlines() or ["it said nothing"])[-1]
        lines = [line.strip() for line in ran.stderr.splitlines() if line.strip()]
        told = " ".join(lines[-3:]) if ran.returncode else said
        return ran.returncode != 0 and "error: " in ran.stderr, told, {"exit_code": ran.returncode}

    def _named(self, report: dict[str, Any]) -> tuple[bool, str, dict[str, Any]]:
        """Each check that is named has found something, one of them more than a note."""
        serious = _serious(report)
        named = [each for each in report["findings"] if each["check"] in self.scenario.checks]
        missing = [check for check in self.scenario.checks if check not in {each["check"] for each in named}]
        told = [each for each in named if each in serious or each["check"] == "image"]  # it has nothing but notes
        said = "; ".join(_texts(told or serious)) or "nothing found"
        return not missing and any(each in serious for each in named), said, {"findings": serious, "missing": missing}

    @cached_property
    def _dev(self) -> Taken:
        """Prod as dev knows it."""
        overlay = self.scenario.overlay("baseline")
        if not overlay:
            return self._shared.product
        known = self._enter(overlay, "off")
        assert known.started, f"the baseline does not start: {known.last_words()}"
        return taken(known, self._shared.folder, model=self.scenario.model)

    @cached_property
    def _prod(self) -> Side:
        """Prod with the break, without its guard."""
        return self._enter(self.scenario.overlay("broken"), "off")

    def _enter(self, overlay: str, guard: str) -> Side:
        return self._stack.enter_context(side(self._shared.folder, overlay, guard))


@contextmanager
def side(folder: Path, overlay: str, guard: str) -> Iterator[Side]:
    """A prod that was started, whether or not it runs, and is gone after."""
    made = Side(folder, overlay, guard)
    try:
        yield made.start()
    finally:
        made.stop()


def taken(of: Side, folder: Path, *, model: bool = True) -> Taken:
    """A side with its snapshot."""
    return Taken(of, of.snapshot(folder, model=model))


def gate(a: Path, b: Path, *, model: bool, without: Sequence[str] = ()) -> dict[str, Any]:
    """What the gate says of two snapshots, as JSON; `without` names checks to leave out."""
    done = parity("gate", f"file:{a}", f"file:{b}", *_model(model), "--format", "json", without=without)
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def replay(url: str, *, without: Sequence[str] = ()) -> dict[str, Any]:
    """What a replay over HTTP says, as JSON."""
    done = parity("replay", url, *_model(True), "--format", "json", without=without)
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout))


def parity(*arguments: str, without: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """The project's own command line, with some checks taken out of it first."""
    command = [sys.executable, "-c", DISABLE, ",".join(without), *arguments]
    if not without:
        command = [sys.executable, "-m", "shared.parity", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def _model(there: bool) -> tuple[str, ...]:
    return ("--model", str(lab.MODEL)) if there else ()


def _clean(told: dict[str, Any], report: dict[str, Any]) -> tuple[bool, str, dict[str, Any]]:
    serious = _serious(report)
    undecided = [each["reason"] for each in report["undecided"]]
    evidence = "; ".join([told["symptom"] or "no symptom", *(_texts(serious) or ["the gate is clean"]), *undecided])
    return not told["symptom"] and not serious and not undecided, evidence, {**told, "findings": serious}


def _serious(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in report["findings"] if each["severity"] in SERIOUS]


def _texts(findings: list[dict[str, Any]]) -> list[str]:
    return [f"{each['severity']} {each['check']}: {each['subject']}: {each['a']} | {each['b']}" for each in findings]
