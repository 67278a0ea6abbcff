"""Start a program of ours in an environment: which of its Pythons can, and what comes back."""

import functools
import json
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.parity.sources import copied, docker
from shared.parity.sources.docker import DockerError, NoProgramError
from shared.parity.sources.inside import command as commands
from shared.parity.sources.sealed import ROOM, Sealed

INSIDE = Path(commands.__file__).parent
LOADER = (INSIDE / "loader.py").read_text(encoding="utf-8")
PYTHON = ("-I", "-S", "-c", LOADER)
ENTRYPOINT_SECONDS = 10
"""That a shell script may take until it starts its service."""
WELL_KNOWN = (
    "python3",
    "python",
    "/usr/local/bin/python3",
    "/usr/bin/python3",
    "/opt/venv/bin/python3",
    "/venv/bin/python3",
)
ANY_OF = """\
for p in $PARITY_PYTHONS; do
  command -v "$p" >/dev/null 2>&1 || continue
  "$p" -c "import sys; sys.exit(sys.version_info < (3, 8))" >/dev/null 2>&1 </dev/null && exec "$p" "$@"
done
echo "executable file not found: none of $PARITY_PYTHONS" >&2
exit 127"""
"""Shell text that becomes the first Python of a list that is new enough."""


@dataclass(frozen=True)
class Origin:
    """What docker knows of an environment.

    Attributes:
        image: ID of its image.
        argv: its entrypoint and command.
        env: variables that it is given.
        folder: its working folder; empty if none is set.
        home: its image's.
        mounts: of a container.
        volumes: of an image, folders where something is mounted when it runs.
    """

    image: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    folder: str
    home: str
    mounts: tuple[Mapping[str, Any], ...] = ()
    volumes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seen:
    """What serves in an environment, and what was found on the way.

    Attributes:
        python: path of its Python.
        command: what serves, from Python on; empty if that is not known.
        steps: how it was found, in words.
        unseen: why its Python is not known for sure.
        hidden: what of its variables and its folder could not be seen.
        folder: its working folder.
        variables: that it has and a program started by docker would not.
        first_on_path: whether its name means the same Python.
        used: which of "tmp", "HOME" and "XDG_CACHE_HOME" are folders with files of the image.
        results: of programs, by name: `code`, `printed` and `reason`.
    """

    python: str
    command: tuple[str, ...]
    steps: tuple[str, ...]
    unseen: tuple[str, ...]
    hidden: tuple[str, ...]
    folder: str
    variables: Mapping[str, str]
    first_on_path: bool
    used: tuple[str, ...]
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def origin(environment: Sealed) -> Origin:
    """What docker knows of it.

    Raises:
        DockerError: there is no such image or container, or no engine.
    """
    return _origin(environment.kind, environment.name)


@functools.lru_cache(maxsize=64)
def _origin(kind: str, name: str) -> Origin:
    known = docker.inspected(kind, name)
    config = known["Config"]
    env = dict(each.split("=", 1) for each in config.get("Env") or () if "=" in each)
    argv = (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))
    folder = config.get("WorkingDir") or ""
    if kind == "image":
        return Origin(known["Id"], argv, env, folder, folder, volumes=tuple(config.get("Volumes") or ()))
    home = docker.inspected("image", known["Image"])["Config"].get("WorkingDir") or ""
    mounts = [
        {"target": each["Destination"], "kind": each["Type"], "read_only": not each["RW"]}
        for each in known.get("Mounts") or ()
    ]
    mounts += [
        {"target": target, "kind": "tmpfs", "read_only": False} for target in known["HostConfig"].get("Tmpfs") or {}
    ]
    return Origin(known["Image"], argv, env, folder, home, tuple(mounts))


def look(
    environment: Sealed,
    programs: Mapping[str, bytes] | None = None,
    model: Path | None = None,
    seconds: float | None = None,
    variables: Mapping[str, str | None] | None = None,
    first: Sequence[str] = (),
) -> Seen:
    """Find what serves, and run programs with its Python as it serves.

    Args:
        programs: by name, what its Python reads from standard input.
        model: a model folder whose files they have.
        seconds: that each may take.
        variables: that they have; unset where None.
        first: arguments of Python for a program that becomes Python with the arguments that follow.

    Raises:
        DockerError: no such environment; no Python in it that can run this.
    """
    known = origin(environment)
    mark = f"parity-{uuid.uuid4().hex}:"
    context = {"mounts": list(known.mounts), "volumes": list(known.volumes), "walk": True}
    context["hidden"] = [ROOM] if environment.kind == "image" else []
    spec = {
        "kind": environment.kind,
        "argv": known.argv,
        "env": known.env,
        "folder": known.folder,
        "home": known.home,
        "python": environment.chosen,
        "programs": list(programs or ()),
        "variables": variables or {},
        "seconds": seconds or docker.TIMEOUT_SECONDS,
        "entrypoint_seconds": ENTRYPOINT_SECONDS,
        "context": context,
        "mark": mark,
    }
    given = _packed({**(programs or {}), "spec.json": json.dumps(spec).encode()}, model)
    limit = (seconds or docker.TIMEOUT_SECONDS) * max(1, len(programs or ())) + 30
    output = _started(environment, known, [*first, *PYTHON], given, limit)
    return _seen(environment, output, mark)


def _started(environment: Sealed, known: Origin, words: list[str], given: bytes, seconds: float) -> str:
    """Start it with the first Python that can: what PATH has, what the command names, what lies at usual places."""
    options = ("--workdir=/",) if environment.kind == "container" else ()  # its own may be gone
    task = "a look into it"
    if environment.chosen:
        return environment.execute([environment.chosen, *words], given, task, seconds, options)
    errors: list[DockerError] = []
    for start in _pythons(environment, known):
        try:
            return environment.execute([*start, *words], given, task, seconds, options, _candidates(known))
        except NoProgramError as error:
            errors.append(error)
        except DockerError as error:
            if "gave no answer" in error.what:
                raise
            errors.insert(0, error)
    raise _no_python(environment, errors[0], options)


def _pythons(environment: Sealed, known: Origin) -> Iterator[list[str]]:
    yield ["python3"]
    yield ["sh", "-c", ANY_OF, "sh"]
    if environment.kind == "container":
        yield ["/proc/1/exe"]
        return
    with copied.files(environment.name) as files:
        process = commands.Process(known.argv, known.env, known.folder or "/")
        found = commands.follow(process, files)
        if found.python:
            yield [found.python]
        for path in WELL_KNOWN[2:]:
            if files.head(path) is not None:
                yield [path]


def _candidates(known: Origin) -> dict[str, str]:
    """Pythons that a command names, or that lie beside what it names."""
    named = [word for word in known.argv if commands.PYTHON.fullmatch(word.rpartition("/")[2])]
    beside = [f"{word.rpartition('/')[0]}/python3" for word in known.argv if word.startswith("/")]
    words = [word for word in (*WELL_KNOWN, *named, *beside, "/proc/1/exe") if not set(word) & set(" \t\n*?[")]
    return {"PARITY_PYTHONS": " ".join(dict.fromkeys(words))}


def _no_python(environment: Sealed, error: DockerError, options: Sequence[str]) -> DockerError:
    if isinstance(error, NoProgramError):
        remedy = "name one that serves: --python PATH"
        return NoProgramError(f"{environment} has no Python", evidence=error.evidence, remedy=remedy)
    try:
        version = environment.execute(["python3", "-V"], b"", "python3 -V", 30, options)
    except DockerError as failure:
        version = failure.evidence
    return too_old(environment, version) or error


def too_old(environment: Sealed, version: str) -> DockerError | None:
    """The error that says so, if a Python is."""
    parts = version.strip().splitlines()[-1].split() if version.strip() else []
    number = parts[-1] if parts and parts[0] in ("Python", "CPython", "it") else ""
    numbers = [int(part) if part.isdigit() else 0 for part in number.split(".")[:2]]
    if len(numbers) < 2 or (numbers[0], numbers[1]) >= (3, 8):
        return None
    return DockerError(
        f"the Python of {environment} is too old to be looked into",
        evidence=f"it is Python {number}, and the gate needs 3.8 or newer",
        remedy="build the image with a Python that is still maintained; or name another one: --python PATH",
    )


def _seen(environment: Sealed, output: str, mark: str) -> Seen:
    """What was printed last: what Python prints of itself at its start comes before."""
    _, found, text = output.rpartition(mark)
    try:
        content = json.loads(text if found else "")
        tuples = {name: tuple(content[name]) for name in ("command", "steps", "unseen", "hidden", "used")}
        return Seen(**{**content, **tuples})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise nothing(environment, output, error) from error


def nothing(environment: Sealed, output: str, error: object) -> DockerError:
    """What was printed is not what was asked for."""
    return DockerError(
        f"{environment} gave no facts",
        evidence=f"expected JSON, got {output[-100:]!r}: {error}"[:500],
        remedy="does its Python start by itself? docker run --rm --entrypoint python3 IMAGE --version",
    )


def _packed(programs: Mapping[str, bytes], model: Path | None) -> bytes:
    """Files as `loader.py` unpacks them: tarfile takes longer to import there than all else that it does."""
    packed = {f"inside/{path.name}": path.read_bytes() for path in INSIDE.glob("*.py")} | dict(programs)
    try:
        for path in sorted(model.resolve().iterdir()) if model else ():
            if path.is_file() and "\n" not in path.name:
                packed[f"model/{path.name}"] = path.read_bytes()
    except OSError as error:
        raise DockerError(f"{model} cannot be read", evidence=str(error), remedy="name a folder of a model") from error
    return b"".join(b"%d %s\n%s" % (len(content), os.fsencode(name), content) for name, content in packed.items())
