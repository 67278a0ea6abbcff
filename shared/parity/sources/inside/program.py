"""Find the Python that serves here, and run programs with it as it serves: its variables, its folder, its options.

`loader.py` unpacks and starts this. `spec.json` beside it says what is wanted; one line of JSON with what was found
is printed, after the mark that the line begins with.
"""

from __future__ import annotations

import glob
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import Any, Mapping

from .command import Files, Process, Served, follow
from .probing import through
from .processes import processes, running, serving

HEAD_BYTES = 1 << 18
MAX_OUTPUT_BYTES = 48 << 20
VERSION_SECONDS = 10
SKELETON = {".bash_logout", ".bashrc", ".profile"}
"""What every new user has in a folder of his own."""
TOO_LONG = -signal.SIGALRM


def main(folder: str) -> None:
    """Do what the spec says; ends by itself in any case."""
    with open(os.path.join(folder, "spec.json"), encoding="utf-8") as file:
        spec = json.load(file)
    _end_after(spec["seconds"] * max(1, len(spec["programs"])) + 2 * spec["entrypoint_seconds"])
    served = _chosen(spec, _served(spec, folder))
    python, where = _python(served), _folder(spec, served)
    found: dict[str, Any] = {
        "python": python,
        "command": list(served.process.argv) if served.python else [],
        "steps": _steps(spec, served, python),
        "unseen": list(served.unseen),
        "hidden": list(served.hidden),
        "folder": where,
        "variables": {k: v for k, v in served.process.env.items() if _variables().get(k) != v},
        "first_on_path": files().which(os.path.basename(python), served.process) == python,
        "used": [name for name, place in _places(served).items() if _is_used(place)],
        "results": {},
    }
    more = {"command": found["command"], "found": "; ".join(found["steps"]), "workdir": where, "unpacked": folder}
    more["scripts"] = list(served.scripts)
    context = json.dumps({**spec["context"], **more})
    for name in spec["programs"]:
        env: dict[str, str] = {**served.process.env, **{k: v for k, v in spec["variables"].items() if v is not None}}
        env = {k: v for k, v in env.items() if spec["variables"].get(k, v) is not None}
        argument = context
        if name == "answer.py":
            # Both sides answer at the same time, and the OpenMP threads of two processes starve each other.
            env.setdefault("OMP_NUM_THREADS", "1")
            argument = os.path.join(folder, "model")
        options = _options(served.process.argv[1:]) if served.python else []
        command = [python, *options, "-", argument]
        found["results"][name] = _run(command, os.path.join(folder, name), env, where, spec["seconds"])
    sys.stdout.write("\n" + spec["mark"] + json.dumps(found) + "\n")
    sys.stdout.flush()


def files(folder: str = "", seconds: float = 0) -> Files:
    """The file system here; with a folder to work in, shell text may be run for some seconds."""
    return Files(
        _head,
        _names,
        (lambda words, text, process: through(words, text, process, folder, seconds)) if folder else None,
    )


def _served(spec: Mapping[str, Any], folder: str) -> Served:
    if spec["kind"] == "container":
        started = Process(tuple(spec["argv"]), {**_variables(), **spec["env"]}, spec["folder"] or "/")
        return serving(processes(), started, files())
    process = Process(tuple(spec["argv"]), _variables(), os.getcwd())
    return follow(process, files(folder, spec["entrypoint_seconds"]))


def _variables() -> dict[str, str]:
    """Of this process as it was started: Python sets some itself, such as LC_CTYPE."""
    own = running("/proc", os.getpid())
    env = dict(os.environ) if own is None or own.env is None else own.env
    return {name: value for name, value in env.items() if name != "PARITY_PYTHONS"}


def _chosen(spec: Mapping[str, Any], served: Served) -> Served:
    """With the Python that the user named, if one is."""
    if not spec["python"]:
        return served
    path = files().which(spec["python"], served.process) or spec["python"]
    argv = (path, *served.process.argv[1:]) if served.python else (path,)
    process = replace(served.process, argv=argv)
    return replace(served, python=path, process=process, unseen=())


def _python(served: Served) -> str:
    """That serves; where none was found, what PATH has, and at last what runs this."""
    if served.python:
        return served.python
    names = ("python3", "python")
    return next(filter(None, (files().which(name, served.process) for name in names)), sys.executable)


def _steps(spec: Mapping[str, Any], served: Served, python: str) -> list[str]:
    """How the Python was found."""
    if spec["python"]:
        return ["named by --python"]
    if not served.python:
        why = "no command names one" if not served.process.argv else "its command leads to none that was seen"
        return [*served.steps, f"{why}: {python} is the first on PATH"]
    return [
        *served.steps,
        f"running as {python}" if spec["kind"] == "container" else f"the image's command starts {python}",
    ]


def _folder(spec: Mapping[str, Any], served: Served) -> str:
    """Where code is looked for: a container may be started in a folder that has none, and bring it from elsewhere."""
    folder, home = served.process.folder, spec["home"]
    if not os.path.isdir(folder):
        folder = home if os.path.isdir(home or "") else "/"
    if spec["kind"] == "image" or home in ("", folder) or not os.path.isdir(home):
        return folder
    return folder if not folder.startswith(home + "/") and _has_code(folder) else home


def _has_code(folder: str) -> bool:
    place = glob.escape(folder)
    return folder != "/" and any(glob.glob(os.path.join(place, pattern)) for pattern in ("*.py", "*/*.py"))


def _options(arguments: tuple[str, ...]) -> list[str]:
    """Of the interpreter itself, such as -O and -X utf8."""
    kept: list[str] = []
    left = list(arguments)
    while (
        left and left[0].startswith("-") and left[0] != "-" and left[0][1] not in "mc" and not left[0].startswith("--")
    ):
        kept.append(left.pop(0))
        if kept[-1] in ("-X", "-W") and left:
            kept.append(left.pop(0))
    return kept


def _run(command: list[str], source: str, env: Mapping[str, str], folder: str, seconds: float) -> dict[str, Any]:
    """Run a program that Python reads from standard input; of what it prints no more than is sensible."""
    outputs = [source + ".out", source + ".err"]
    with open(source, "rb") as given, open(outputs[0], "wb") as out, open(outputs[1], "wb") as err:
        try:
            done = subprocess.run(
                command, stdin=given, stdout=out, stderr=err, env=env, cwd=folder, timeout=seconds, preexec_fn=_limit
            )
            code = done.returncode
        except subprocess.TimeoutExpired:
            return {"code": TOO_LONG, "printed": "", "reason": f"it ran for more than {seconds:g} seconds"}
        except (OSError, ValueError) as error:
            return {"code": 126, "printed": "", "reason": str(error)}
    printed, reason = (_tail(path) for path in outputs)
    if code == -signal.SIGXFSZ or max(map(os.path.getsize, outputs)) >= MAX_OUTPUT_BYTES:
        return {"code": 1, "printed": "", "reason": f"it printed more than {MAX_OUTPUT_BYTES >> 20} MiB"}
    result = {"code": code, "printed": printed, "reason": (reason.strip().splitlines() or [""])[-1][-1000:]}
    if code:
        result["version"] = _version(command[0])
    return result


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT_BYTES, MAX_OUTPUT_BYTES))


def _tail(path: str) -> str:
    with open(path, "rb") as file:
        return file.read(MAX_OUTPUT_BYTES).decode(errors="replace")


def _version(python: str) -> str:
    try:
        done = subprocess.run([python, "-V"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=VERSION_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout[:100].decode(errors="replace").strip()


def _end_after(seconds: float) -> None:
    """Whoever started this may be gone: nothing goes on without end."""

    def end(*_: object) -> None:
        for one in processes():
            if one.parent == os.getpid():
                os.kill(one.pid, signal.SIGKILL)
        os._exit(124)

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _head(path: str) -> bytes | None:
    try:
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read(HEAD_BYTES)
    except (OSError, ValueError):
        return b"" if os.path.exists(path) else None  # it may be run, and not be read
    return None


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _places(served: Served) -> dict[str, str]:
    """Where programs keep what is their own, by what would hide it."""
    home = served.process.env.get("HOME", "")
    return {"tmp": "/tmp", "HOME": home, "XDG_CACHE_HOME": os.path.join(home, ".cache")}  # noqa: S108


def _is_used(folder: str) -> bool:
    return folder != "/" and bool(set(_names(folder)) - SKELETON)
