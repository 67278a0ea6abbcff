"""Run a program with an image's or a container's own Python: no network, nothing installed, nothing written.

The docker command line does it, so that a host needs nothing but Docker and Python. Files go
in through standard input, not through a mount: an engine may run on another machine.
"""

import io
import json
import shlex
import signal
import subprocess
import tarfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from shared.compare import answer
from shared.errors import ParityError
from shared.parity.sources import inside
from shared.parity.sources.bundle import bundle

HERE = Path(__file__).parent
TIMEOUT_SECONDS = 120
LABEL = "org.opencontainers.image.title=parity-sandbox"  # so that `make clean` finds what a crash leaves
PYTHONS = ("python3", "python")
PREFIX = "parity-gate-"  # of the names of containers
ITS_OWN = 125
"""Exit code of docker where it fails itself."""


class DockerError(ParityError):
    """Docker, or the program in the image, did not do what was asked."""


class NoProgramError(DockerError):
    """An environment has no such program."""


@dataclass(frozen=True)
class Environment:
    """An image or a running container.

    Attributes:
        kind: image or container.
        name: its reference or ID.
        options: of `docker exec` or `docker run`, more than are given anyway.
        called: what it is in a message, if that is something else.
    """

    kind: str
    name: str
    options: tuple[str, ...] = ()
    called: str = ""

    def __str__(self) -> str:
        return self.called or f"{self.kind} {self.name}"

    def command(self, program: Sequence[str], name: str = "") -> list[str]:
        """The command line that runs a program in it with standard input attached.

        Args:
            name: of the container that is made of an image.
        """
        if self.kind == "container":
            return ["docker", "exec", "--interactive", *self.options, self.name, *program]
        options = ["--rm", "--interactive", "--pull=never", "--network=none", "--read-only", "--tmpfs=/tmp"]
        options += [f"--name={name}", f"--label={LABEL}", *self.options]  # of two, the last holds
        return ["docker", "run", *options, "--entrypoint", program[0], self.name, *program[1:]]

    def run(
        self, program: Sequence[str], given: bytes | IO[bytes] = b"", task: str = "", seconds: float | None = None
    ) -> str:
        """Run a program, give it bytes or an open file on standard input, and return what it prints.

        Args:
            task: what it is in a message; the program itself if nothing is said.
            seconds: that it may take; `TIMEOUT_SECONDS` if nothing is said.

        Raises:
            NoProgramError: there is no such program.
            DockerError: there is no docker here; the program fails, or takes too long.
        """
        task = task or f"`{shlex.join(program)}`"
        name = f"{PREFIX}{uuid.uuid4().hex}"
        seconds = seconds or TIMEOUT_SECONDS
        try:
            command = self.command(program, name)
            text, file = (given, None) if isinstance(given, bytes) else (None, given)
            done = subprocess.run(command, input=text, stdin=file, capture_output=True, timeout=seconds)
        except FileNotFoundError:
            raise no_docker() from None
        except subprocess.TimeoutExpired:
            # Only the command line has been ended by now; in a running container the program goes on.
            remove = ["docker", "rm", "--force", name]
            subprocess.run(remove, capture_output=True, timeout=TIMEOUT_SECONDS)
            raise DockerError(
                f"{self} gave no answer",
                evidence=f"{task} ran for more than {seconds:g} seconds",
                remedy="look at the engine with docker stats; a command of yours gets more time by --timeout SECONDS",
            ) from None
        if done.returncode:
            told = (done.stderr or done.stdout).decode(errors="replace").strip()  # `exec` tells on the latter
            raise self.error(done.returncode, program[0], task, told)
        return done.stdout.decode(errors="replace")

    def python(
        self, arguments: Sequence[str], given: bytes | IO[bytes] = b"", task: str = "", seconds: float | None = None
    ) -> str:
        """The same with its own Python, by whichever of its names it has."""
        for name in PYTHONS[:-1]:
            try:
                return self.run([name, *arguments], given, task, seconds)
            except NoProgramError:
                continue
        return self.run([PYTHONS[-1], *arguments], given, task, seconds)

    def error(self, code: int, program: str, task: str, told: str) -> DockerError:
        """What a program's exit code and last words mean."""
        lines = told.splitlines() or [f"exit code {code}"]
        missing = "executable file not found" in told or ("OCI runtime" in told and "no such file" in told)
        docker_said = next((line for line in lines if "rror" in line or line.startswith("docker: ")), lines[-1])
        evidence = docker_said if missing or code == ITS_OWN else lines[-1]
        if missing:
            what = f"{self} has no {'Python' if program in PYTHONS else program}"
            remedy = "the gate runs programs of an image: name one that has this on its PATH"
            return NoProgramError(what, evidence=evidence, remedy=remedy)
        if "No such image" in told or "Unable to find image" in told or "invalid reference format" in told:
            what, remedy = f"there is no image {self.name} here", f"docker pull {self.name}, or build it"
        elif "No such container" in told or "is not running" in told or "is paused" in told:
            what, remedy = f"container {self.name} does not run", "docker container ls --all"
        elif "docker daemon" in told:
            return no_engine(evidence)
        else:
            by_hand = f"docker exec -it {self.name}" if self.kind == "container" else f"docker run -it {self.name}"
            what, remedy = f"{task} failed in {self}", f"try by hand what it names: {by_hand} {program}"
        return DockerError(what, evidence=evidence, remedy=remedy)


def no_docker() -> DockerError:
    """There is no docker command here."""
    return DockerError("docker was not found", evidence="no docker on PATH", remedy="install Docker")


def no_engine(evidence: str) -> DockerError:
    """No engine answers the command."""
    remedy = "start Docker; `docker version` says whether an engine answers"
    return DockerError("the Docker engine cannot be reached", evidence=evidence, remedy=remedy)


def run(*words: str, given: bytes = b"") -> str:
    """Run one command of docker's; returns what it prints, on whichever stream.

    Raises:
        DockerError: there is no docker here; it fails, or takes too long.
    """
    command = ["docker", *words]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=TIMEOUT_SECONDS)
    except FileNotFoundError:
        raise no_docker() from None
    except subprocess.TimeoutExpired:
        evidence = f"{' '.join(words)} ran for more than {TIMEOUT_SECONDS} seconds"
        raise DockerError("docker gave no answer", evidence=evidence, remedy="docker info") from None
    said = done.stderr.decode(errors="replace")
    if done.returncode:
        raise DockerError(
            f"docker {' '.join(words[:2])} failed", evidence=said.strip(), remedy="docker container ls --all"
        )
    return done.stdout.decode(errors="replace") + said * (words[1] == "logs")


def check(environment: Environment) -> None:
    """Nothing, if there is such an image or container: a look that takes no time, before what does.

    Raises:
        DockerError: there is none, or no engine.
    """
    done = ask(environment.kind, "inspect", "--format", "{{.Id}}", environment.name)
    if done.returncode:
        raise environment.error(done.returncode, "docker", "docker inspect", done.stderr.strip())


def snapshot(environment: Environment) -> dict[str, Any]:
    """The facts of an environment, with the ID of its image.

    Raises:
        DockerError: no such environment, or no Python in it that can run the program.
    """
    image, home = _inspected(environment)
    output = home.python(["-"], bundle(), "the snapshot")
    return {**_facts(environment, output), "image": image}


def replayed(environment: Environment, model: Path) -> dict[str, Any]:
    """The same, and the facts of a replay of a model's golden requests there, as `answer.py` gives them.

    Raises:
        DockerError: the same; or there is no code of ours.
    """
    image, home = _inspected(environment)
    done = _inside(home, model, inside.PROGRAMS)
    taken, answers = done["snapshot.py"], _answers(environment, done["answer.py"])
    facts = {**_facts(environment, taken["printed"] or taken["said"]), "image": image}
    modules, packages = set(answers.pop("modules", ())), facts["packages"]["value"] or {}
    if modules and packages:
        answers["loaded"] = [name for name, package in packages.items() if modules.intersection(package["modules"])]
    how = "replay of the golden requests"
    return {**facts, **{name: {"value": value, "how": how} for name, value in answers.items()}}


def answered(
    environment: Environment, model: Path, seconds: float, variables: Mapping[str, str | None], first: Sequence[str]
) -> dict[str, Any]:
    """The answers alone, as `answer.py` gives them, within seconds.

    Args:
        variables: that it has; unset where None.
        first: arguments of Python for a program that becomes Python with the arguments that follow.

    Raises:
        DockerError: no such environment; or there is no code of ours.
    """
    return _answers(environment, _inside(environment, model, ["answer.py"], seconds, variables, first)["answer.py"])


def _inside(
    environment: Environment,
    model: Path,
    programs: Sequence[str],
    seconds: float = TIMEOUT_SECONDS,
    variables: Mapping[str, str | None] | None = None,
    first: Sequence[str] = (),
) -> dict[str, Any]:
    program = [*first, "-c", (HERE / "inside.py").read_text(), str(seconds), json.dumps(variables or {})]
    return _json(environment, environment.python(program, _packed(model, programs), "the replay"))


def _answers(environment: Environment, answered: dict[str, Any]) -> dict[str, Any]:
    if answered["code"] == -signal.SIGALRM:
        return {"failure": {"what": "the model gives no answer", "evidence": answered["said"], "remedy": _MEND}}
    if answered["code"] < 0:
        evidence = f"{signal.Signals(-answered['code']).name} while it answered golden requests"
        return {"failure": {"what": "Python crashes", "evidence": evidence, "remedy": _MEND}}
    if answered["code"]:
        raise DockerError(
            f"{environment} cannot replay the model",
            evidence=answered["said"],
            remedy="leave out --model; or replay through a program of its own: --golden FILE --predict COMMAND",
        )
    return _json(environment, answered["printed"])


def ask(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of docker's that answers at once.

    Raises:
        DockerError: there is no docker here, or it does not answer.
    """
    try:
        return subprocess.run(["docker", *words], capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    except FileNotFoundError:
        raise no_docker() from None
    except subprocess.TimeoutExpired:
        raise no_engine(f"docker {words[0]} ran for more than {TIMEOUT_SECONDS} seconds") from None


def _inspected(environment: Environment) -> tuple[dict[str, Any], Environment]:
    """The image's ID as a fact, and the environment with the folder where its code is looked for.

    That is the image's, if a container was started in another one without code: what it runs then comes
    from elsewhere.
    """
    container = environment.kind == "container"
    template = "{{.Image}} {{.Config.WorkingDir}}" if container else "{{.Id}}"
    done = ask(environment.kind, "inspect", "--format", template, environment.name)
    image, _, started = done.stdout.strip().partition(" ")
    fact: dict[str, Any] = {"value": image or None, "how": f"docker {environment.kind} inspect --format"}
    if done.returncode:
        return {**fact, "unknown": done.stderr.strip()}, environment
    home = ask("image", "inspect", "--format", "{{.Config.WorkingDir}}", image).stdout.strip() if started else ""
    if home in ("", started) or (not started.startswith(f"{home}/") and _has_code(environment, started)):
        return fact, environment
    return fact, replace(environment, options=(*environment.options, f"--workdir={home}"))


def _has_code(environment: Environment, folder: str) -> bool:
    look = "import glob; print(*glob.glob('*.py'), *glob.glob('*/*.py'))"
    return folder != "/" and bool(environment.python(["-I", "-c", look], task="a look into its folder").strip())


def _packed(model: Path, programs: Sequence[str]) -> bytes:
    output = io.BytesIO()
    try:
        with tarfile.open(fileobj=output, mode="w") as archive:
            for name in programs:
                content = bundle() if name == "snapshot.py" else Path(answer.__file__).read_bytes()
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
            for path in sorted(model.resolve().iterdir()):
                if path.is_file():
                    archive.add(path, path.name)
    except OSError as error:
        raise DockerError(f"{model} cannot be read", evidence=str(error), remedy="name a folder of a model") from error
    return output.getvalue()


def _facts(environment: Environment, output: str) -> dict[str, Any]:
    taken = _json(environment, output)
    if "error" in taken:
        remedy = "the gate needs a newer Python in what it compares: build the image with one"
        raise DockerError(f"the Python of {environment} is too old", evidence=taken["error"], remedy=remedy)
    return dict(taken["facts"])


def _json(environment: Environment, output: str) -> dict[str, Any]:
    """The last line: what Python prints of itself at its start comes before."""
    try:
        return dict(json.loads(output.splitlines()[-1]))
    except (ValueError, IndexError, TypeError) as error:
        raise DockerError(
            f"{environment} gave no facts",
            evidence=f"expected JSON, got {output[-100:]!r}: {error}",
            remedy="is its python3 CPython 3.8 or newer? docker run --rm --entrypoint python3 IMAGE --version",
        ) from error


_MEND = "install its packages anew from the lock file with hashes, for this CPU; more memory if it was killed"
