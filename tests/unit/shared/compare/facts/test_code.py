"""Which files are the code of a service, and what they ask for."""

import os
import sys
from pathlib import Path

import pytest

from shared.compare.facts import (
    code,
    imports,
    places,
)
from shared.compare.facts import files as other_files
from shared.compare.facts.context import Context
from tests.unit.shared.compare.facts.conftest import installed, project


def test_a_console_script_is_no_file_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installer wrote it; a script that a person put among the programs is code."""
    scripts = tmp_path / "venv/bin"
    scripts.mkdir(parents=True)
    for name in ("python3", "shop-serve", "by-hand"):
        (scripts / name).write_text("#!/venv/bin/python\nimport shop\n")
    entry_points = "[console_scripts]\nshop-serve = shop.cli:main\n"
    information = {"METADATA": "Name: shop\nVersion: 1.0\n", "entry_points.txt": entry_points}
    installed(tmp_path / "site-packages", "shop-1.0.dist-info", **information)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site-packages")])
    for name, expected in (("shop-serve", []), ("by-hand", ["by-hand"])):
        context = Context({"workdir": "/usr", "command": ["python3", str(scripts / name)]})
        assert list(code.sources(context)) == expected
        assert list(other_files.files(context)) == []
        assert imports.servers(context) == ["shop"]


def test_a_locale_is_asked_for(tmp_path: Path) -> None:
    """By code that sets one."""
    assert code.asks(Context({"workdir": str(project(tmp_path, serve="import locale"))})) == []
    project(tmp_path, serve="locale.setlocale(locale.LC_ALL, '')")
    assert code.asks(Context({"workdir": str(tmp_path)})) == ["locale"]


def test_the_root_as_working_folder_is_looked_at_with_care(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files at its top and folders that no standard names, never the system itself."""
    context = Context({"workdir": "/"})
    assert "/" in places.roots(context)
    tops = {item.key.split("/")[0] for item in places.walk(context) if item.path.startswith("/usr/")}
    assert tops == set()
    assert not places.SYSTEM & {item.key.split("/")[0] for item in places.walk(context)}


def test_a_folder_that_is_linked_in_a_circle_is_walked_once(tmp_path: Path) -> None:
    """And what is no regular file is not opened."""
    project(tmp_path, app__serve="")
    (tmp_path / "app/again").symlink_to("..")
    (tmp_path / "app/system").symlink_to("/usr")
    os.mkfifo(tmp_path / "app/pipe.py")
    assert list(code.sources(Context({"workdir": str(tmp_path)}))) == ["app/serve.py"]


def test_what_the_gate_and_prometheus_write_is_not_the_code(tmp_path: Path) -> None:
    """A service whose working folder is for temporary files has both there."""
    for name in ("serve.py", "parity-0123/boot.py", "parity-0123/model/model.skops", "metrics-x/gauge_livemax_9.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("1")
    context = Context({"workdir": str(tmp_path), "unpacked": str(tmp_path / "parity-0123")})
    assert list(code.sources(context)) == ["serve.py"]
    assert not other_files.files(context)


def test_environments_beside_the_code_are_not_the_code(tmp_path: Path) -> None:
    """Whatever their folder is called."""
    project(tmp_path, serve="", runtime__lib__tool="")
    (tmp_path / "runtime/pyvenv.cfg").write_text("home = /usr/bin\n")
    assert list(code.sources(Context({"workdir": str(tmp_path)}))) == ["serve.py"]


def test_archives_and_byte_code_have_no_time(tmp_path: Path) -> None:
    """Built twice, they are one code."""
    import py_compile
    import zipfile

    digests = []
    for moment in (1_600_000_000, 1_700_000_000):
        (tmp_path / "serve.py").write_text("R = {'a', 'b', 'c'}\nS = 'text', 'text'\n")
        os.utime(tmp_path / "serve.py", (moment, moment))
        py_compile.compile(str(tmp_path / "serve.py"), cfile=str(tmp_path / "serve.pyc"))
        with zipfile.ZipFile(tmp_path / "app.pyz", "w") as archive:
            archive.write(tmp_path / "serve.py", "__main__.py")
        (tmp_path / "serve.py").unlink()
        digests.append(code.sources(Context({"workdir": str(tmp_path)})))
    assert sorted(digests[0]) == ["app.pyz", "serve.pyc"]
    assert digests[0] == digests[1]


def test_the_order_of_folders_decides_between_files_of_one_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two copies are one file, whose hash is another where the other one is imported."""
    for name in ("one", "two"):
        project(tmp_path / name, rates=f"R = {name!r}")
    digests = []
    for order in (("one", "two"), ("two", "one")):
        monkeypatch.setattr(sys, "path", [*(str(tmp_path / name) for name in order), *sys.path])
        digests.append(code.sources(Context({"workdir": "/usr"})))
    assert [list(each) for each in digests] == [["rates.py"], ["rates.py"]]
    assert digests[0] != digests[1]
