"""Which Python a command line ends in."""

from collections.abc import Mapping

import pytest

from shared.parity.sources.inside.command import Files, Process, Served, follow

BINARY = b"\x7fELF"
PATH = "/usr/local/bin:/usr/bin:/bin"
BASE = {"/usr/bin/python3": BINARY, "/bin/sh": BINARY, "/bin/bash": BINARY, "/usr/bin/env": BINARY}
VENV = {
    "/opt/venv/pyvenv.cfg": b"home = /usr/bin\n",
    "/opt/venv/bin/python3": BINARY,
    "/opt/venv/bin/python": BINARY,
    "/opt/venv/bin/uvicorn": b"#!/opt/venv/bin/python3\nimport uvicorn\n",
}


def served(
    *argv: str,
    files: Mapping[str, bytes] | None = None,
    env: Mapping[str, str] | None = None,
    folder: str = "/app",
    probed: Process | None = None,
) -> Served:
    """Where a command ends, among these files; shell text that is not simple ends in what was probed."""
    there = {**BASE, **(files or {})}

    def names(place: str) -> list[str]:
        return [path.rpartition("/")[2] for path in there if path.rpartition("/")[0] == place]

    process = Process(argv, {"PATH": PATH, **(env or {})}, folder)
    return follow(process, Files(there.get, names, lambda words, text, given: probed))


@pytest.mark.parametrize(
    ("argv", "python", "files"),
    [
        ("python3 serve.py", "/usr/bin/python3", {}),
        ("/opt/venv/bin/uvicorn app:app", "/opt/venv/bin/python3", VENV),
        (".venv/bin/python serve.py", "/app/.venv/bin/python", {"/app/.venv/bin/python": BINARY}),
        ("env -u X A=1 -- python3 x.py", "", {}),
        ("env -u X A=1 python3 x.py", "/usr/bin/python3", {}),
        ("tini -g -- /opt/venv/bin/uvicorn x", "/opt/venv/bin/python3", {**VENV, "/usr/bin/tini": BINARY}),
        ("dumb-init --rewrite 15:2 python3 x.py", "/usr/bin/python3", {"/usr/bin/dumb-init": BINARY}),
        ("timeout -k 5 60 python3 x.py", "/usr/bin/python3", {"/usr/bin/timeout": BINARY}),
        ("gosu app python3 x.py", "/usr/bin/python3", {"/usr/bin/gosu": BINARY}),
        (
            "conda run -n serve --no-capture-output python app.py",
            "/opt/conda/envs/serve/bin/python",
            {"/usr/local/bin/conda": b"", "/opt/conda/envs/serve/bin/python": BINARY},
        ),
        (
            "uv run --frozen uvicorn app:app",
            "/app/.venv/bin/python",
            {
                "/usr/bin/uv": BINARY,
                "/app/.venv/pyvenv.cfg": b"",
                "/app/.venv/bin/uvicorn": b"#!/app/.venv/bin/python\n",
                "/app/.venv/bin/python": BINARY,
            },
        ),
        (
            "poetry run python x.py",
            "/app/.venv/bin/python",
            {
                "/usr/local/bin/poetry": b"#!/usr/bin/python3\n",
                "/app/.venv/pyvenv.cfg": b"",
                "/app/.venv/bin/python": BINARY,
            },
        ),
        (
            "/nix/store/abc-serve/bin/serve",
            "/nix/store/def-python/bin/python3.12",
            {
                "/nix/store/abc-serve/bin/serve": b"#!/nix/store/bash/bin/bash -e\n"
                b'exec -a "$0" "/nix/store/abc-serve/bin/.serve-wrapped" "$@"\n',
                "/nix/store/bash/bin/bash": BINARY,
                "/nix/store/abc-serve/bin/.serve-wrapped": b"#!/nix/store/def-python/bin/python3.12\n",
                "/nix/store/def-python/bin/python3.12": BINARY,
            },
        ),
        (
            "/app/long/bin/serve",
            "/app/long/bin/python",
            {
                "/app/long/bin/serve": b"#!/bin/sh\n'''exec' \"/app/long/bin/python\" \"$0\" \"$@\"\n' '''\n",
                "/app/long/bin/python": BINARY,
            },
        ),
        (
            "/opt/venv/bin/uwsgi --ini x.ini",
            "/opt/venv/bin/python3",
            {**VENV, "/opt/venv/bin/uwsgi": BINARY},
        ),
    ],
)
def test_a_command_is_followed_to_its_python(argv: str, python: str, files: Mapping[str, bytes]) -> None:
    """By its path, its shebang, its wrapper or its neighbour."""
    env = {"MAMBA_ROOT_PREFIX": "/opt/conda"} if "conda" in argv else {}
    assert served(*argv.split(), files=files, env=env).python == python


@pytest.mark.parametrize(
    "text",
    [
        "exec uvicorn app:app",
        ". /opt/venv/bin/activate; exec uvicorn app:app",
        "cd /srv && PATH=/opt/venv/bin:$PATH exec python3 serve.py",
        "export MODE=prod; uvicorn app:app --port ${PORT:-80}",
        "set -eu\n# a comment; exec nothing\nmkdir -p /run/x\nexec python3 -m uvicorn app:app >/dev/stdout 2>&1",
    ],
)
def test_shell_text_is_followed(text: str) -> None:
    """Where it only sets variables, it is read; where it does more, it is run up to its last command."""
    env = {"PATH": f"/opt/venv/bin:{PATH}"}
    probed = Process(("uvicorn", "app:app"), {**env, "ACTIVE": "1"}, "/app")
    found = served("sh", "-c", text, files=VENV, env=env, probed=probed)
    assert found.python == "/opt/venv/bin/python3"
    assert ("ACTIVE" in found.process.env) == text.startswith(". ")
    assert not found.unseen + found.hidden


def test_a_script_that_ends_in_its_arguments_gives_them_its_variables() -> None:
    """The usual entrypoint."""
    script = b'#!/bin/sh\nset -e\nexport THRESHOLD="0.${TENTHS:-4}5" MODE=prod\ncd /srv\nexec "$@"\n'
    found = served("/entry.sh", "python3", "a b.py", files={"/entry.sh": script})
    assert found.process.argv == ("/usr/bin/python3", "a b.py")
    assert found.process.env["THRESHOLD"] == "0.45"
    assert found.process.folder == "/srv"
    assert found.steps == ("/entry.sh", "sh")


@pytest.mark.parametrize(
    "script",
    [
        b'#!/bin/sh\nif [ -f /x ]; then export A=1; fi\nexec "$@"\n',
        b'#!/bin/sh\nexport A=$(cat /x)\nexec "$@"\n',
        b'#!/bin/sh\n. /etc/profile\nexec "$@"\n',
        b'#!/bin/sh\nset -a\nA=1\nexec "$@"\n',
        b'#!/bin/sh\ngunicorn a & exec "$@"\n',
    ],
)
def test_a_script_that_was_not_followed_is_hidden(script: bytes) -> None:
    """What cannot be read, and may not be run or does not come to an end, is not guessed."""
    found = served("/entry.sh", "python3", "x.py", files={"/entry.sh": script})
    assert found.python == ""
    assert found.hidden == ("what /entry.sh sets, and what it starts",)


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        ("nowhere serve", "nowhere was not found"),
        ("/srv/server", "which Python /srv/server uses, which is no script"),
        ("uv tool run x", "what `uv tool run x` runs was not understood"),
        ("/loop", "the command still went on after 16 programs"),
    ],
)
def test_what_leads_nowhere_says_why(argv: str, reason: str) -> None:
    """No Python is made up for it."""
    files = {"/srv/server": BINARY, "/usr/bin/uv": BINARY, "/loop": b"#!/loop\n"}
    found = served(*argv.split(), files=files)
    assert (found.python, found.unseen) == ("", (reason,))


def test_a_shell_without_a_command_starts_nothing() -> None:
    """As base images do: no Python was named, which is no contradiction to any."""
    for argv in (["bash"], ["/bin/sh"], ["sh", "-l"]):
        found = served(*argv)
        assert (found.process.argv, found.unseen, found.hidden) == ((), (), ())


SUPERVISOR = b"""
[supervisord]
nodaemon=true
environment=SHARED="1"
[program:web]
command=/opt/venv/bin/uvicorn app:app  ; the service
directory=/srv
environment=THRESHOLD="0.%(ENV_TENTHS)s",MODE=prod
[program:log]
command=/bin/cat
"""


def test_supervisor_starts_what_its_configuration_says() -> None:
    """With the variables and the folder of the program that is Python."""
    files = {**VENV, "/usr/bin/supervisord": b"#!/usr/bin/python3\n", "/etc/s.conf": SUPERVISOR, "/bin/cat": BINARY}
    found = served("supervisord", "-c", "/etc/s.conf", files=files, env={"TENTHS": "21"})
    assert found.python == "/opt/venv/bin/python3"
    assert (found.process.folder, found.process.env["THRESHOLD"]) == ("/srv", "0.21")
    assert (found.process.env["SHARED"], found.process.env["MODE"]) == ("1", "prod")


def test_supervisor_with_several_pythons_is_not_decided() -> None:
    """Any of them may be the service."""
    files = {**VENV, "/usr/bin/supervisord": b"#!/usr/bin/python3\n"}
    files["/etc/supervisord.conf"] = SUPERVISOR + b"[program:other]\ncommand=python3 worker.py\n"
    found = served("supervisord", files=files)
    assert found.unseen == ("supervisord starts several Pythons: /opt/venv/bin/python3, /usr/bin/python3",)


def test_another_program_of_supervisor_runs_beside_it() -> None:
    """Its code counts too."""
    files = {**VENV, "/usr/bin/supervisord": b"#!/usr/bin/python3\n"}
    files["/etc/supervisord.conf"] = SUPERVISOR + b"[program:other]\ncommand=/opt/venv/bin/python3 /srv/worker.py\n"
    found = served("supervisord", files=files)
    assert found.unseen == ()
    assert "/opt/venv/bin/python3 /srv/worker.py" in found.scripts


def test_a_file_that_bash_reads_first_is_run() -> None:
    """What BASH_ENV names sets variables that no reader of the text knows."""
    probed = Process(("python3", "serve.py"), {"PATH": PATH, "LIMIT": "0.9"}, "/app")
    found = served("bash", "-c", "python3 serve.py", env={"BASH_ENV": "/etc/bashenv"}, probed=probed)
    assert (found.python, found.process.env["LIMIT"]) == ("/usr/bin/python3", "0.9")


@pytest.mark.parametrize("words", ["--ini /etc/uwsgi.ini", "--module serve --home /opt/venv", "-H /opt/venv"])
def test_uwsgi_serves_from_the_environment_that_it_is_given(words: str) -> None:
    """Not from the one that it lies in."""
    files = {**VENV, "/opt/tools/pyvenv.cfg": b"", "/opt/tools/bin/python3": BINARY, "/opt/tools/bin/uwsgi": BINARY}
    files["/etc/uwsgi.ini"] = b"[uwsgi]\nmodule = serve\nvirtualenv = /opt/venv\n"
    assert served("/opt/tools/bin/uwsgi", *words.split(), files=files).python == "/opt/venv/bin/python3"
