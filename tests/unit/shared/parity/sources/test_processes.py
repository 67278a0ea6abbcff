"""What serves in a container, by its processes."""

from pathlib import Path

import pytest

from shared.parity.sources.inside.command import Files, Process
from shared.parity.sources.inside.processes import processes, serving

STARTED = Process(("/entry.sh", "gunicorn", "app"), {"PATH": "/bin"}, "/")


class Container:
    """A /proc and a file system, made of files."""

    def __init__(self, folder: Path) -> None:
        self.proc, self.root = folder / "proc", folder / "root"
        self.proc.mkdir()
        self.python = self.file("usr/bin/python3.13")
        self.venv = self.root / "venv/bin/python"
        self.venv.parent.mkdir(parents=True)
        self.venv.symlink_to(self.python)

    def file(self, name: str, text: str = "") -> Path:
        """A file of it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def process(self, pid: int, parent: int, argv: list[str], executable: Path, **env: str) -> Path:
        """A process of it."""
        place = self.proc / str(pid)
        place.mkdir()
        (place / "stat").write_text(f"{pid} (a b) c) S {parent} 1 1")
        (place / "cmdline").write_bytes("".join(f"{word}\0" for word in argv).encode())
        (place / "environ").write_bytes("".join(f"{name}={value}\0" for name, value in env.items()).encode())
        (place / "exe").symlink_to(executable)
        (place / "cwd").symlink_to(self.root)
        return place

    def head(self, path: str) -> bytes | None:
        """The beginning of a file of it."""
        return Path(path).read_bytes() if Path(path).is_file() else None


@pytest.fixture
def container(tmp_path: Path) -> Container:
    """An empty one."""
    return Container(tmp_path)


def test_pid_1_serves(container: Container) -> None:
    """Its Python is the one that it was called by, since the executable alone does not tell its environment."""
    container.process(1, 0, [str(container.venv), "/venv/bin/gunicorn"], container.python, THRESHOLD="0.21")
    found = serving(processes(str(container.proc)), STARTED, Files(container.head))
    assert (found.python, found.unseen, found.hidden) == (str(container.venv), (), ())
    assert found.process.env["THRESHOLD"] == "0.21"
    assert found.process.folder == str(container.root)


def test_what_docker_exec_starts_does_not_serve(container: Container) -> None:
    """Below an init and a shell is what does; its workers and what was started beside are not asked."""
    tini, shell = container.file("tini"), container.file("sh")
    container.process(1, 0, ["tini", "--", "sh"], tini)
    container.process(7, 1, ["sh", "run.sh"], shell)
    container.process(8, 7, [str(container.venv), "serve.py"], container.python, A="1")
    container.process(9, 8, [str(container.venv), "serve.py"], container.python, A="2")
    container.process(30, 0, [str(container.python), "-"], container.python, A="3")
    found = serving(processes(str(container.proc)), STARTED, Files(container.head))
    assert (found.python, found.process.env["A"], found.unseen) == (str(container.venv), "1", ())


def test_a_manager_that_is_python_does_not_serve(container: Container) -> None:
    """What it starts does."""
    container.process(1, 0, [str(container.python), "/usr/bin/supervisord"], container.python)
    container.process(5, 1, [str(container.venv), "serve.py"], container.python)
    found = serving(processes(str(container.proc)), STARTED, Files(container.head))
    assert found.python == str(container.venv)


def test_several_pythons_are_not_decided(container: Container) -> None:
    """Any of them may be the service."""
    container.process(1, 0, ["s6"], container.file("s6"))
    container.process(5, 1, [str(container.venv), "a.py"], container.python)
    container.process(6, 1, [str(container.python), "b.py"], container.python)
    found = serving(processes(str(container.proc)), STARTED, Files(container.head))
    assert found.unseen == (f"several Pythons run: {container.python}, {container.venv}",)


def test_a_process_that_calls_itself_something_else_is_known_by_its_command(container: Container) -> None:
    """A title (setproctitle) is written over the command line; where nothing tells, it is not decided."""
    started = Process((str(container.venv), "serve.py"), {}, "/")
    container.process(1, 0, ["gunicorn: master [app]"], container.python, A="1")
    found = serving(processes(str(container.proc)), started, Files(container.head))
    assert (found.python, found.unseen, found.process.env["A"]) == (str(container.venv), (), "1")
    found = serving(processes(str(container.proc)), STARTED, Files(container.head))
    assert found.unseen == (f"PID 1 calls itself 'gunicorn: master [app]', and runs {container.python}",)


def test_a_container_without_python_is_not_decided(container: Container) -> None:
    """Though its command may name one that has ended."""
    container.process(1, 0, ["sleep", "infinity"], container.file("sleep"))
    found = serving(processes(str(container.proc)), STARTED, Files(container.head))
    assert found.unseen == ("no Python runs in it: PID 1 is 'sleep infinity'",)


def test_a_working_folder_that_is_gone_is_hidden(container: Container) -> None:
    """It costs that one item."""
    place = container.process(1, 0, [str(container.venv), "serve.py"], container.python)
    (place / "cwd").unlink()
    (place / "cwd").symlink_to("/app (deleted)")
    found = serving(processes(str(container.proc)), STARTED, Files(container.head))
    assert (found.python, found.hidden) == (
        str(container.venv),
        ("its working folder, which is gone or may not be looked at",),
    )


def test_processes_that_may_not_be_looked_at_are_known_by_their_command(container: Container) -> None:
    """If that needs no shell, which might set variables; else it is not decided."""
    place = container.process(1, 0, ["python3", "serve.py"], container.python)
    (place / "exe").unlink()
    (place / "environ").unlink()
    started = Process((str(container.venv), "serve.py"), {"A": "1"}, "/")
    found = serving(processes(str(container.proc)), started, Files(container.head))
    assert (found.python, found.process.env, found.hidden) == (str(container.venv), {"A": "1"}, ())
    script = container.file("entry.sh", '#!/bin/sh\n. /secrets\nexec "$@"\n')
    hidden = Process((str(script), *started.argv), {"PATH": "/bin"}, "/")
    assert serving(processes(str(container.proc)), hidden, Files(container.head)).hidden
