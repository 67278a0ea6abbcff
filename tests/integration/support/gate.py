"""The gate's command line as a user types it, and images that differ from ours in one thing."""

import hashlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.names import LABEL
from tests.lab.sandbox import ROOT


def parity(*arguments: str | Path, folder: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `python3 -m shared.parity` with a host's Python, and check what holds for all its output.

    Args:
        folder: where it is typed.
        variables: of the environment; of PARITY_… there are no others.
    """
    command = [sys.executable, "-m", "shared.parity", *map(str, arguments)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PARITY_")}
    environment = {**inherited, "PYTHONPATH": str(ROOT), **variables}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, env=environment)
    assert "Traceback" not in done.stderr, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done


def judged(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON report of a command that compares."""
    done = parity(*arguments, "--format", "json")
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["exit_code"] == done.returncode
    return done.returncode, report


def found(report: dict[str, Any], *severities: str) -> set[tuple[str, str]]:
    """Check and subject of the findings with these severities."""
    return {(item["check"], item["subject"]) for item in report["findings"] if item["severity"] in severities}


def refused(*arguments: str | Path, folder: Path = ROOT, **variables: str) -> str:
    """The error of a command that cannot decide: what, evidence and remedy on standard error, and exit code 2."""
    done = parity(*arguments, folder=folder, **variables)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "error: " in done.stderr
    assert "\n  evidence: " in done.stderr
    assert "\n  remedy: " in done.stderr
    return done.stderr


@dataclass
class Images:
    """Images and containers made for tests; `images()` removes them.

    Attributes:
        base: a name for the image under test.
    """

    base: str
    _made: list[str] = field(default_factory=list)
    _started: list[str] = field(default_factory=list)

    @property
    def ours(self) -> str:
        """The image under test, as the gate names it."""
        return f"image:{self.base}"

    def layer(
        self, *lines: str, base: str = "", files: dict[str, str] | None = None, folder: Path | None = None
    ) -> str:
        """An image with more lines in its Dockerfile, as the gate names it.

        Args:
            files: content of files to COPY, by name, written to `folder`.
        """
        name = f"{self.base.partition(':')[0]}:{uuid.uuid4().hex[:12]}"
        text = "\n".join([f"FROM {base or self.base}", f"LABEL {LABEL}", *lines])
        context = "-"
        for file, content in (files or {}).items():
            assert folder
            (folder / file).write_text(content)
        if folder:
            (folder / "Dockerfile").write_text(text)
            context = str(folder)
        command = ["docker", "build", "--quiet", "--network", "none", "--tag", name, context]
        done = subprocess.run(command, input=None if folder else text, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        self._made.append(name)
        return f"image:{name}"

    def edited(self, path: str, old: str, new: str) -> str:
        """An image in which one file has another text in one place."""
        edit = (
            f"p = Path({path!r}); t = p.read_text(); assert t.count({old!r}); p.write_text(t.replace({old!r}, {new!r}))"
        )
        return self.layer(
            "USER root", f"RUN {json.dumps(['python3', '-c', 'from pathlib import Path; ' + edit])}", *USER
        )

    def empty(self) -> str:
        """An image that holds nothing."""
        name = f"{self.base.partition(':')[0]}:{uuid.uuid4().hex[:12]}"
        command = ["docker", "import", "--change", f"LABEL {LABEL}", "-", name]
        subprocess.run(command, input=bytes(10240), check=True, capture_output=True, timeout=60)
        self._made.append(name)
        return f"image:{name}"

    def squashed(self) -> str:
        """The image under test in one layer, with its configuration, as `docker export` and `import` make it."""
        name = f"{self.base.partition(':')[0]}:{uuid.uuid4().hex[:12]}"
        asked = subprocess.run(
            ["docker", "image", "inspect", "--format", "{{json .Config}}", self.base],
            check=True,
            capture_output=True,
            timeout=60,
        )
        config = json.loads(asked.stdout)
        changes = [
            f'ENV {variable}="{value}"' for variable, _, value in (entry.partition("=") for entry in config["Env"])
        ]
        changes += [f"USER {config['User']}", f"WORKDIR {config['WorkingDir']}", f"LABEL {LABEL}"]
        container = self.container().partition(":")[2]
        with subprocess.Popen(["docker", "export", container], stdout=subprocess.PIPE) as export:
            options = [f"--change={change}" for change in changes]
            command = ["docker", "import", *options, "-", name]
            subprocess.run(command, stdin=export.stdout, check=True, capture_output=True, timeout=300)
        self._made.append(name)
        return f"image:{name}"

    def container(self, *options: str) -> str:
        """A running container of the image under test, as the gate names it."""
        program = ["python3", "-c", "import time; time.sleep(3600)"]
        command = ["docker", "run", "--detach", "--network=none", f"--label={LABEL}", *options, self.base, *program]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
        self._started.append(done.stdout.strip())
        return f"container:{done.stdout.strip()}"

    def remove(self) -> None:
        """Remove all of them, but never the image under test."""
        # Without --force Docker keeps the last name of an image that a container stands on, and thereby the image:
        # another build may have taken its tag meanwhile.
        create = ["docker", "container", "create", f"--label={LABEL}", self.base, "true"]
        holder = subprocess.run(create, capture_output=True, text=True, timeout=60).stdout.split()
        for command, names in (
            (("image", "rm", "--force"), self._made),
            (("image", "rm"), [self.base]),
            (("container", "rm", "--force"), [*self._started, *holder]),
        ):
            if names:
                subprocess.run(["docker", *command, *names], capture_output=True, timeout=120)


USER = ("USER 10001:10001",)


@contextmanager
def images(identity: str) -> Iterator[Images]:
    """Makes images from the image with that ID, and removes them afterwards."""
    made = Images(f"parity-sandbox-test-{uuid.uuid4().hex[:8]}:base")
    subprocess.run(["docker", "image", "tag", identity, made.base], check=True, timeout=60)
    try:
        yield made
    finally:
        made.remove()


def sealed(model: Path, manifest: str) -> None:
    """Write a model's passport with its seal, as whoever may write into the folder can."""
    (model / "manifest.json").write_text(manifest)
    digest = hashlib.sha256(manifest.encode()).hexdigest()
    (model / "manifest.sha256").write_text(f"{digest}  manifest.json\n")
