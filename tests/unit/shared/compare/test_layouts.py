"""Layouts of services as they are met, each with one thing changed that decides."""

import json
import os
import py_compile
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.compare import checks
from shared.compare.report import Finding, Severity, Snapshot, Undecided
from tests.unit.shared.compare.conftest import PROGRAM, run
from tests.unit.shared.compare.sides import Facts, serious

Known = dict[str, Any]
Builder = Callable[[Path, str], Known]


def taken(known: Known) -> Facts:
    """The facts that a Python without packages of its own finds; `before` is code that runs first."""
    context = {"workdir": "/", **known.get("context", {})}
    text = known.get("before", "") + PROGRAM
    return run(text, context["workdir"], "-S", known=context, **known.get("variables", {}))


def judged(ours: Facts, theirs: Facts) -> tuple[list[Finding], list[Undecided]]:
    """What the checks find and cannot decide."""
    return checks.run(Snapshot("A", ours), Snapshot("B", theirs))


def write(folder: Path, **files: str) -> None:
    """Files by name; a double underscore stands for a slash, a single one before the ending for a dot."""
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(".".join(path.name.rsplit("_", 1)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def script_elsewhere(folder: Path, value: str) -> Known:
    """CMD names a script in another folder than the working folder."""
    write(folder, srv__serve_py=f"R = {value}")
    return {"context": {"workdir": "/usr", "command": ["python3", str(folder / "srv/serve.py")]}}


def module(folder: Path, value: str) -> Known:
    """CMD names a module on PYTHONPATH."""
    write(folder, lib__service___init___py="", lib__service__rates_py=f"R = {value}")
    context = {"workdir": "/usr", "command": ["python3", "-u", "-m", "service.rates"]}
    return {"context": context, "variables": {"PYTHONPATH": str(folder / "lib")}}


def chdir(folder: Path, value: str) -> Known:
    """A server changes to the folder of the code."""
    write(folder, bin__gunicorn_py="", srv__app_py=f"R = {value}")
    command = ["python3", f"{folder}/bin/gunicorn.py", "app:app", f"--chdir={folder}/srv"]
    return {"context": {"workdir": "/usr", "command": command}}


def app_dir(folder: Path, value: str) -> Known:
    """The same with another server's option, and its value in a word of its own."""
    write(folder, bin__uvicorn_py="", srv__app_py=f"R = {value}")
    command = ["python3", f"{folder}/bin/uvicorn.py", "--app-dir", f"{folder}/srv", "app:app"]
    return {"context": {"workdir": "/usr", "command": command}}


def pth_file(folder: Path, value: str) -> Known:
    """A .pth file adds the folder."""
    write(folder, lib__ratelib_py=f"R = {value}", site__conda_pth=str(folder / "lib"), app__serve_py="import ratelib")
    before = f"import site; site.addsitedir({str(folder / 'site')!r})\n"
    return {"context": {"workdir": str(folder / "app")}, "before": before}


def editable(folder: Path, value: str) -> Known:
    """Installed as it is, from a folder with a space in its name."""
    (folder / "my service").mkdir(parents=True, exist_ok=True)
    (folder / "my service/rates.py").write_text(f"R = {value}")
    information = folder / "site-packages/rates-1.0.dist-info"
    information.mkdir(parents=True, exist_ok=True)
    (information / "METADATA").write_text("Name: rates\nVersion: 1.0\n")
    url = {"url": (folder / "my service").as_uri(), "dir_info": {"editable": True}}
    (information / "direct_url.json").write_text(json.dumps(url))
    return {
        "context": {"workdir": "/usr"},
        "before": f"import sys; sys.path.append({str(folder / 'site-packages')!r})\n",
    }


def linked_release(folder: Path, value: str) -> Known:
    """The folder of the code holds a link to a release."""
    write(folder, releases__7__serve_py=f"R = {value}")
    (folder / "app").mkdir(exist_ok=True)
    if not (folder / "app/current").exists():
        (folder / "app/current").symlink_to("../releases/7")
    return {"context": {"workdir": str(folder / "app"), "command": ["python3", "current/serve.py"]}}


def byte_code(folder: Path, value: str) -> Known:
    """Sources are removed."""
    write(folder, serve_py=f"R = {value}")
    py_compile.compile(str(folder / "serve.py"), cfile=str(folder / "serve.pyc"))
    (folder / "serve.py").unlink()
    return {"context": {"workdir": str(folder), "command": ["python3", "serve.pyc"]}}


def byte_code_that_names_a_variable(folder: Path, value: str) -> Known:
    """A variable on no list, which only byte code names."""
    write(folder, serve_py="import os; os.environ['ROUND_TO']")
    py_compile.compile(str(folder / "serve.py"), cfile=str(folder / "serve.pyc"))
    (folder / "serve.py").unlink()
    return {"context": {"workdir": str(folder)}, "variables": {"ROUND_TO": value}}


def zipped(folder: Path, value: str, name: str = "app.pyz") -> Known:
    """One archive is the application."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr("__main__.py", f"R = {value}")
    return {"context": {"workdir": "/usr", "command": ["python3", str(folder / name)]}}


def wheel_on_the_path(folder: Path, value: str) -> Known:
    """A wheel that was not unpacked."""
    zipped(folder, value, "rates-1.0-py3-none-any.whl")
    return {
        "context": {"workdir": str(folder)},
        "variables": {"PYTHONPATH": str(folder / "rates-1.0-py3-none-any.whl")},
    }


def any_ending(ending: str) -> Builder:
    """A model beside the code."""

    def build(folder: Path, value: str) -> Known:
        write(folder, serve_py="")
        (folder / f"model{ending}").write_text(value)
        return {"context": {"workdir": str(folder)}}

    return build


def hidden_folder(folder: Path, value: str) -> Known:
    """Settings in a folder whose name begins with a dot."""
    write(folder, serve_py="")
    (folder / ".service").mkdir(exist_ok=True)
    (folder / ".service/settings").write_text(value)
    return {"context": {"workdir": str(folder)}}


def name_that_is_not_utf8(folder: Path, value: str) -> Known:
    """A file named in Latin-1."""
    write(folder, serve_py="")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.py")).write_text(f"R = {value}")
    return {"context": {"workdir": str(folder)}}


def model_by_variable(folder: Path, value: str) -> Known:
    """A variable says where the model is."""
    write(folder, app__serve_py="", weights__net_dat=value)
    variables = {"MODEL_PATH": str(folder / "weights/net.dat")}
    return {"context": {"workdir": str(folder / "app")}, "variables": variables}


def model_by_argument(folder: Path, value: str) -> Known:
    """An argument says where the model is."""
    write(folder, app__serve_py="", weights__net_dat=value)
    command = ["python3", "serve.py", f"--model={folder}/weights"]
    return {"context": {"workdir": str(folder / "app"), "command": command}}


def model_by_code(folder: Path, value: str) -> Known:
    """The code says where the model is, from its own folder."""
    write(folder, app__serve_py="open('../weights/net.dat')", weights__net_dat=value)
    return {"context": {"workdir": str(folder / "app")}}


def model_on_a_volume(folder: Path, value: str) -> Known:
    """Nothing but a mount shows it."""
    write(folder, app__serve_py="", volume__cache_db=value)
    mounts = [{"target": str(folder / "volume"), "kind": "volume", "read_only": False}]
    return {"context": {"workdir": str(folder / "app"), "mounts": mounts}}


def argument(folder: Path, value: str) -> Known:
    """A threshold on the command line."""
    write(folder, serve_py="")
    return {"context": {"workdir": str(folder), "command": ["python3", "serve.py", "--threshold", f"0.{value}"]}}


def inline(folder: Path, value: str) -> Known:
    """The program is an argument."""
    return {"context": {"workdir": "/usr", "command": ["python3", "-c", f"print({value})"]}}


def field_of_settings(folder: Path, value: str) -> Known:
    """A field that pydantic reads from a variable."""
    write(folder, serve_py="class S(BaseSettings):\n    round_to: int = 2\n")
    return {"context": {"workdir": str(folder)}, "variables": {"ROUND_TO": value}}


def metadata_in_latin_1(folder: Path, value: str) -> Known:
    """One package's metadata is not UTF-8; the threshold differs all the same."""
    write(folder, app__serve_py="")
    information = folder / "site-packages/lib-1.0.dist-info"
    information.mkdir(parents=True, exist_ok=True)
    (information / "METADATA").write_bytes(b"Name: lib\nVersion: 1.0\nAuthor: Jos\xe9\n")
    before = f"import sys; sys.path.append({str(folder / 'site-packages')!r})\n"
    return {"context": {"workdir": str(folder / "app")}, "before": before, "variables": {"DECISION_THRESHOLD": value}}


def missing_script(folder: Path, value: str) -> Known:
    """What CMD names is not there: nothing was seen."""
    return {"context": {"workdir": "/usr", "command": ["python3", f"/no/such/{value}.py"]}}


LAYOUTS: list[Builder] = [
    *(
        script_elsewhere,
        module,
        chdir,
        app_dir,
        pth_file,
        editable,
        linked_release,
        byte_code,
        zipped,
        wheel_on_the_path,
    ),
    *(byte_code_that_names_a_variable, hidden_folder, name_that_is_not_utf8, model_by_variable, model_by_argument),
    *(model_by_code, model_on_a_volume, argument, inline, field_of_settings, metadata_in_latin_1),
]
ENDINGS = (".sav", ".pkl.gz", ".pb", ".db", "", ".weights")


@pytest.mark.parametrize("build", LAYOUTS, ids=lambda build: build.__name__)
def test_a_difference_that_decides_is_found(tmp_path: Path, build: Builder) -> None:
    """Never parity; and the layout against itself has nothing to say, and nothing undecided."""
    ours = taken(build(tmp_path / "service", "21"))
    again = taken(build(tmp_path / "service", "21"))
    assert judged(ours, again) == ([], [])
    shutil.rmtree(tmp_path / "service", ignore_errors=True)
    findings, undecided = judged(ours, taken(build(tmp_path / "service", "99")))
    assert [finding.severity for finding in serious(findings)] == [Severity.RISK]
    assert undecided == []


def test_files_of_any_ending_are_compared(tmp_path: Path) -> None:
    """Models beside the code, whatever they are called."""
    sides = []
    for value in ("21", "99"):
        for ending in ENDINGS:
            known = any_ending(ending)(tmp_path, value)
        sides.append(taken(known))
    findings, undecided = judged(*sides)
    assert {finding.subject for finding in serious(findings)} == {f"model{ending}" for ending in ENDINGS}
    assert undecided == []


def test_code_that_was_not_seen_is_undecided(tmp_path: Path) -> None:
    """Two sides without code are not parity, whether the command names a script that is not there or nothing."""
    known = missing_script(tmp_path, "serve")
    for one in (known, {"context": {"workdir": "/usr"}}):
        findings, undecided = judged(taken(one), taken(one))
        assert findings == []
        assert [each.check for each in undecided] == ["code", "code"]
        assert "WORKDIR" in undecided[0].remedy


def test_no_command_is_no_secret() -> None:
    """Of an image that starts nothing."""
    assert taken({})["command"]["value"] == []
