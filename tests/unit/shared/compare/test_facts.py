"""Facts one by one, on temporary folders."""

import gzip
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from shared.compare import checks
from shared.compare.facts import (
    code,
    distributions,
    filesystem,
    imports,
    lacks,
    limits,
    masks,
    models,
    packages,
    places,
    summary,
    texts,
    undeclared,
)
from shared.compare.facts import files as other_files
from shared.compare.facts.context import Context
from shared.compare.report import Severity, Snapshot
from shared.parity.sources.bundle import bundle
from tests.unit.shared.compare.sides import Facts, changed

PROGRAM = bundle()


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project of these tests is not on the path, as the tests' own is."""
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if not Path(folder, "prod").exists()])


def project(folder: Path, **contents: str) -> Path:
    """Files by name, without `.py`."""
    for name, text in contents.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def reached(folder: Path, command: str = "python3 serve.py") -> list[str] | None:
    """Files of the code that a command may run."""
    return imports.reached(Context({"workdir": str(folder), "command": command.split()}))


def test_reached_follows_imports(tmp_path: Path) -> None:
    """Of modules, packages, and relative ones; what nothing imports is not reached."""
    project(
        tmp_path,
        serve="import rates\nfrom lib import a\n",
        rates="",
        lib__a="from . import b\n",
        lib__b="",
        lib__c="",
        train="import rates\n",
    )
    assert reached(tmp_path) == ["lib/a.py", "lib/b.py", "rates.py", "serve.py"]
    assert reached(tmp_path, "python3 -m lib.c") == ["lib/c.py"]
    assert reached(tmp_path, "python3 gunicorn lib.b:app") == ["lib/b.py"]
    assert reached(tmp_path, "python3 other.py") is None
    assert imports.reached(Context({"workdir": str(tmp_path)})) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run(['python', 'train.py'])", ["serve.py", "train.py"]),
        ("load('jobs.train', 'train')", ["serve.py", "train.py"]),
        ("import importlib\nimportlib.import_module(name)", None),
        ("importlib.import_module('train')", ["serve.py", "train.py"]),
        ("exec(text)", None),
        ("def (", None),
    ],
)
def test_code_that_is_reached_by_its_name_in_a_text(tmp_path: Path, text: str, expected: list[str] | None) -> None:
    """What cannot be known is not called unreached."""
    project(tmp_path, serve=text, train="")
    assert reached(tmp_path) == expected


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_pickle_reaches_the_modules_that_it_names(tmp_path: Path, pack: type[bytes]) -> None:
    """Loading it imports them."""
    project(tmp_path, serve="", train="", other="")
    (tmp_path / "model.sav").write_bytes(pack(pickle.dumps(Path("/x")).replace(b"pathlib", b"train", 1)))
    assert reached(tmp_path) == ["serve.py", "train.py"]


def test_a_python_that_lacks_what_the_code_imports_is_not_the_one(tmp_path: Path) -> None:
    """What only some code imports, on a condition, may be missing; the training may need more."""
    project(
        tmp_path,
        serve="import os, rates, no_such\nfrom no_other.x import y\nif y:\n    import no_matter\n",
        rates="",
        train="import no_training\n",
    )
    known = {"workdir": str(tmp_path), "command": ["python3", "serve.py"]}
    assert lacks.lacks(Context(known)) == ["no_other", "no_such"]
    assert lacks.lacks(Context({"workdir": str(tmp_path)})) == []
    sides = [Snapshot(name, {"lacks": {"value": ["no_such"]}, "image": {"value": name}}) for name in "AB"]
    undecided = [each for each in checks.run(*sides)[1] if each.check == "serving"]
    assert len(undecided) == 2
    assert "no_such" in undecided[0].reason


def test_servers_of_the_command_are_imported(tmp_path: Path) -> None:
    """Which no module imports: the program, a class of workers, what a console script imports."""
    script = tmp_path / "serve-it"
    script.write_text("#!/venv/bin/python\nimport sys\nfrom shop.cli import main\nsys.exit(main())\n")
    for command, expected in (
        (["python3", "/venv/bin/gunicorn", "-k", "uvicorn.workers.UvicornWorker", "app:app"], ["gunicorn", "uvicorn"]),
        (["python3", "-m", "waitress", "app:app"], ["waitress"]),
        (["/venv/bin/waitress-serve", "app:app"], ["waitress"]),
        (["python3", "-m", "flask", "--app", "app", "run"], ["flask"]),
        (["python3", str(script)], ["shop"]),
    ):
        context = Context({"workdir": str(tmp_path), "command": command})
        assert imports.servers(context) == expected
        assert set(expected) <= set(imports.imports(context))


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


def test_files_beyond_the_budget_are_compared_at_their_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest are left out, with how many and how much."""
    monkeypatch.setattr(other_files, "MAX_BYTES", 100)
    monkeypatch.setattr(other_files, "SAMPLE", 10)
    for name, size in (("small", 10), ("middle", 80), ("large", 200)):
        (tmp_path / name).write_bytes(bytes(size))
    first = other_files.files(Context({"workdir": str(tmp_path)}))
    assert [name for name, digest in first.items() if digest.startswith("partly:")] == ["large"]
    expected = {"files": 1, "bytes": 200, "largest": "large"}
    assert other_files.left_out(Context({"workdir": str(tmp_path)})) == expected
    (tmp_path / "large").write_bytes(bytes(199) + b"x")
    assert other_files.files(Context({"workdir": str(tmp_path)}))["large"] != first["large"]


def test_other_environments_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their marks, with versions; models that nothing points to are hashed, all else is listed."""
    site = tmp_path / "opt/other/lib/python3.11/site-packages"
    (site / "numpy-1.26.4.dist-info").mkdir(parents=True)
    (site / "~umpy-1.0.dist-info").mkdir()
    (tmp_path / "opt/other/pyvenv.cfg").write_text("")
    (tmp_path / "opt/lost.pkl").write_text("model")
    (tmp_path / "opt/note.txt").write_text("note")
    monkeypatch.setattr(filesystem, "ROOT", str(tmp_path))
    context = Context({"workdir": "/usr", "walk": True})
    expected = {"python": "3.11", "packages": {"numpy": "1.26.4"}, "serving": False}
    assert filesystem.environments(context) == {str(site): expected}
    assert list(filesystem.elsewhere(context) or {}) == [str(tmp_path / "opt/lost.pkl")]
    before = filesystem.rest(context)
    assert before is not None
    assert before["files"] == 3
    (tmp_path / "opt/note.txt").write_text("another note")
    sides = [Snapshot("A", {"rest": {"value": before}})]
    sides.append(Snapshot("B", {"rest": {"value": filesystem.rest(Context({"workdir": "/usr", "walk": True}))}}))
    findings = [each for each in checks.run(*sides)[0] if each.check == "files"]
    assert [(each.severity, each.subject) for each in findings] == [(Severity.NOTE, "1 other file differs")]
    assert findings[0].details["files"] == [str(tmp_path / "opt/note.txt")]


def installed(folder: Path, name: str, **texts: str) -> None:
    """A distribution's metadata."""
    (folder / name).mkdir(parents=True)
    for file, text in texts.items():
        (folder / name / file.replace("_json", ".json")).write_bytes(text.encode("latin-1"))


def test_damaged_metadata_costs_its_item_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text that is not UTF-8, a URL that is no JSON, what pip left behind; each is named, and no fact is lost."""
    installed(tmp_path, "one-1.0.dist-info", METADATA="Name: one\nVersion: 1.0\nAuthor: Jos\xe9\n", direct_url_json="{")
    installed(tmp_path, "two-2.0.dist-info", METADATA="Name: two\nVersion: 2.0\n", direct_url_json="[1]")
    installed(tmp_path, "~wo-1.0.dist-info", METADATA="Name: two\nVersion: 1.0\n")
    installed(tmp_path, "nameless.dist-info", METADATA="Version: 1.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    context = Context({"workdir": "/usr"})
    versions = {name: package["version"] for name, package in packages.packages(context).items()}
    assert versions == {"one": "1.0", "two": "2.0"}
    assert packages.duplicates(context) == {}
    problems = [one["item"] for one in summary.compared(context)["not_seen"]]
    assert "direct_url.json of one" in problems
    assert str(tmp_path / "~wo-1.0.dist-info") in problems


def test_where_a_package_came_from_has_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URL of a private index may hold one."""
    url = json.dumps({"url": "https://joe:hunter2@pypi.example/one.whl"})
    installed(tmp_path, "one-1.0.dist-info", METADATA="Name: one\nVersion: 1.0\n", direct_url_json=url)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert packages.packages(Context())["one"]["source"] == "https://***@pypi.example/one.whl"


@pytest.mark.parametrize(
    "source",
    [
        "import ratelib",
        "from ratelib.rates import (\n    RATE,\n)",
        "import os, \\\n    ratelib as rates",
        "try: import ratelib\nexcept ImportError: pass",
        "def rate():\n\timport os; from ratelib import rate\n",
    ],
)
def test_what_a_package_imports_without_declaring_it_is_required(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """A team's own wheel, which declares nothing, runs through what it imports; not through what it writes about."""
    about = '"""An example:\n\nimport other\n"""\n'
    for name, text in {"shop": about + source, "ratelib": "", "other": ""}.items():
        (tmp_path / f"{name}-1.0.dist-info").mkdir()
        (tmp_path / f"{name}.py").write_text(text)
        (tmp_path / f"{name}-1.0.dist-info/METADATA").write_text(f"Name: {name}\nVersion: 1.0\n")
        (tmp_path / f"{name}-1.0.dist-info/RECORD").write_text(f"{name}.py,,\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert undeclared.undeclared(Context({})) == {"shop": {"ratelib"}, "ratelib": set(), "other": set()}
    assert packages.packages(Context({}))["shop"]["requires"] == ["ratelib"]


def test_folders_that_are_written_as_the_service_runs_hold_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counters and temporary files differ from one moment to the next."""
    (tmp_path / "counter.db").write_text("1")
    for name, expected in {"PROMETHEUS_MULTIPROC_DIR": [], "TMPDIR": [], "WEIGHTS_DIR": [str(tmp_path)]}.items():
        context = Context({"workdir": "/usr"})
        context.variables = {name: str(tmp_path)}
        assert models.places(context) == expected


def test_requirements_of_an_egg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are in a file of their own, by extra."""
    requires = "numpy>=1\n\n[fast]\nnumexpr\n\n[test]\npytest\n"
    (tmp_path / "one.egg-info").mkdir()
    (tmp_path / "one.egg-info/PKG-INFO").write_text("Name: one\nVersion: 1.0\n")
    (tmp_path / "one.egg-info/requires.txt").write_text(requires)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    (one,) = distributions.distributions(Context())
    assert one.requires == ["numexpr?", "numpy"]


def test_a_package_of_byte_code_alone_is_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its record names sources that are not there."""
    installed(tmp_path, "one-1.0.dist-info", METADATA="Name: one\nVersion: 1.0\n", RECORD="one.py,,\none/test/x.py,,\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    digests = []
    for content in ("a", "b"):
        (tmp_path / "one.pyc").write_text(content)
        digests.append(packages.packages(Context())["one"])
    assert digests[0]["sha256"] != digests[1]["sha256"]
    assert digests[0]["missing_files"] == 0


SECRETS = [
    "Server=tcp:db;User ID=sa;Password=hunter21;Encrypt=true",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hunter21==;EndpointSuffix=x",
    "Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=hunter21=",
    "postgresql://joe:hunter21@db/rates",
    "https://bucket/model?X-Amz-Signature=hunter21",
    "https://hooks.slack.com/services/T0/B0/hunter21",
    "https://discord.com/api/webhooks/1/hunter21",
    "host=db password='hunter21 x' dbname=rates",
    '{"user": "joe", "password": "hunter21"}',
    "api_key: hunter21",
    "--token hunter21",
    "Bearer hunter21",
    "xoxb-hunter21",
    "ghp_hunter21",
    "sk-proj-hunter21",
]


@pytest.mark.parametrize("value", SECRETS)
def test_secrets_are_masked_by_value(value: str) -> None:
    """In connection strings, URLs, web hooks, options and tokens; what is left says where it belongs."""
    assert "hunter21" not in masks.masked(value)
    assert masks.incomplete(masks.masked(value))


@pytest.mark.parametrize(
    "value", ["0.35", "/models/7", "postgresql://db/rates", "sk", "tokens.json", "a=1;b=2", "monkey", "-k 3"]
)
def test_other_values_are_recorded_as_they_are(value: str) -> None:
    """A difference in them must be seen."""
    assert masks.masked(value) == value


def test_quotas_of_both_cgroup_versions_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Microseconds of CPU in each period, or max."""
    monkeypatch.setattr(limits, "CGROUP", str(tmp_path))
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000\n")
    for text, expected in (("50000", "50000 100000"), ("-1", "max 100000")):
        (tmp_path / "cpu/cpu.cfs_quota_us").write_text(text)
        assert limits.threads(Context())["cgroup_cpu"] == expected
    (tmp_path / "cpu.max").write_text("20000 100000\n")
    assert limits.threads(Context())["cgroup_cpu"] == "20000 100000"


def test_a_system_without_release_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Distroless images have no os-release."""
    monkeypatch.setattr("shared.compare.facts.reading.text", lambda path: None)
    assert texts.system(Context())["id"] is None


def test_a_removed_working_folder_costs_the_code_alone(tmp_path: Path) -> None:
    """The service runs on, and its packages can be compared; warnings that are errors cost nothing."""
    program = (
        f"import os; os.chdir({str(tmp_path / 'gone')!r}); os.rmdir({str(tmp_path / 'gone')!r})\n".encode() + PROGRAM
    )
    (tmp_path / "gone").mkdir()
    env = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "error"}
    done = subprocess.run([sys.executable, "-"], input=program, capture_output=True, cwd="/", env=env, check=True)
    assert done.stderr == b""
    facts: Facts = json.loads(done.stdout)["facts"]
    assert [name for name, fact in facts.items() if "unknown" in fact] == []
    assert "the working folder" in [one["item"] for one in facts["compared"]["value"]["not_seen"]]


def test_modules_on_pythonpath_that_hide_standard_ones_are_not_run(tmp_path: Path) -> None:
    """The snapshot imports the standard library before anything of the image can stand in its way."""
    for name in ("random", "tempfile", "zipfile", "hashlib"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')\n")
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([sys.executable, "-S", "-"], input=PROGRAM, capture_output=True, cwd="/", env=env, check=True)
    facts: Facts = json.loads(done.stdout)["facts"]
    assert {"random", "tempfile", "zipfile", "hashlib"} <= set(facts["shadowed"]["value"])


def test_mounts_hold_files_that_are_compared(tmp_path: Path) -> None:
    """Secrets and sockets are not looked into; the folder of models of ours is compared as what it is."""
    for name in ("volume/cache", "artifacts/models/current/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    targets = [str(tmp_path / "volume"), str(tmp_path / "artifacts"), "/run/secrets", "/dev/null"]
    mounts = [{"target": target, "kind": "bind", "read_only": True} for target in targets]
    context = Context({"workdir": "/usr", "mounts": mounts})
    context.variables = {"PARITY_ARTIFACTS": str(tmp_path / "artifacts")}
    assert models.places(context) == [str(tmp_path / "volume")]
    assert list(other_files.files(context)) == [str(tmp_path / "volume/cache")]
    found = other_files.mounts(context)
    assert found[str(tmp_path / "volume")] == {
        "kind": "bind",
        "read_only": True,
        "files": 1,
        "bytes": 12,
        "is_file": False,
    }


def test_empty_facts_are_undecided() -> None:
    """Two files without facts are not parity."""
    findings, undecided = checks.run(Snapshot("A", {}), Snapshot("B", {}))
    assert findings == []
    assert {each.check for each in undecided} >= {"python", "packages", "code", "files", "settings"}


def test_facts_of_a_model_trained_before_are_risks_that_a_replay_clears(taken: Facts) -> None:
    """They are fewer, and none is undecided."""
    older = changed(taken)
    for name in ("sources", "asks", "servers", "reached", "left_out"):
        del older[name]
    assert checks.run(Snapshot("training", older), Snapshot("here", taken)) == ([], [])
