import ast
import hashlib
import json
import os
import pickle
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from shared.compare import facts as package
from shared.compare.facts import files, masks, models, packages
from shared.compare.facts.context import Context, Fact
from shared.parity.sources.bundle import bundle
from tests.unit.shared.compare.sides import Facts

FOLDER = Path(package.__file__).parent
PROGRAM = bundle().decode()
SECRETS = {
    "MODEL_API_KEY": "k-123456",
    "FEATURE_DB_PASSWORD": "hunter2hunter2",
    "PARITY_TOKEN": "t-123456",
    "MODEL_SECRET": "s-123456",
    "MODEL_DB_PASS": "p-123456",
    "FEATURE_STORE_CREDENTIALS": "c-123456",
    "MODEL_AWS_ACCESS_KEY_ID": "a-123456",
    "MODEL_URI": "https://someone:w0rd123456@registry/model",
    "MODEL_FILE": "https://bucket/model?X-Amz-Signature=5eab123456",
    "FEATURES_JWT": "eyJhbGciOi123456",
}


def run(text: str, folder: Path | str = "/", *options: str, **variables: str) -> Facts:
    """The facts that a Python of its own finds in a folder, given the file on standard input."""
    command = [sys.executable, "-B", *options, "-"]
    env = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=folder, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])["facts"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working folder with a program, its files and a .env."""
    folder = tmp_path_factory.mktemp("project")
    files = {
        "app.py": 'import os, json\nfrom flask import Flask\nROUND = os.getenv("ROUND_TO"), os.environ["API_KEY"]\n',
        "jobs/fit.py": "import lightgbm.sklearn\nfrom . import other\n",
        "broken.py": "def (",
        "tests/test_app.py": "import pytest\n",
        ".venv/lib/x.py": "import hidden\n",
        "rules.yaml": "a: 1\n",
        "models/old.joblib": "weights",
        "picture.png": "",
        ".env": "# settings\nexport DECISION_THRESHOLD='0.35'\nROUND_TO=2\nAPI_KEY=verysecretvalue\nOTHER=1\n",
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


@pytest.fixture(scope="module")
def facts(project: Path) -> Facts:
    """What is found in that folder, by a Python that sees no packages and is given secrets."""
    return run(PROGRAM, project, "-S", **SECRETS, ROUND_TO="3", API_KEY="k-987654", UNRELATED="u-987654")


def test_every_fact_says_how_it_was_got(taken: Facts) -> None:
    """No fact is left out, and in an image of ours none is unknown."""
    assert set(taken) == {fact.name for fact in package.PROCESS}
    for name, fact in taken.items():
        assert fact["how"], name
        assert "unknown" not in fact, (name, fact)


def test_snapshot_is_json(taken: Facts) -> None:
    """What comes back from JSON equals what was written: no tuple, no number as key."""
    assert json.loads(json.dumps(taken, allow_nan=False)) == taken


def test_unreadable_fact_is_unknown_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that raises costs its own fact alone, which is not left out."""

    def fails(context: Context) -> None:
        raise PermissionError("/proc is closed")

    facts = [Fact("one", "by reading", fails), Fact("two", "by hand", lambda context: 2)]
    monkeypatch.setattr(package, "PROCESS", facts)
    assert package.snapshot()["facts"] == {
        "one": {"value": None, "how": "by reading", "unknown": "PermissionError: /proc is closed"},
        "two": {"value": 2, "how": "by hand"},
    }


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_each_module_is_python_3_8_and_imports_nothing_of_ours(path: Path) -> None:
    """Any CPython from 3.8 can parse it, and it has its neighbours wherever the package is."""
    tree = ast.parse(path.read_text(), feature_version=(3, 8))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not [module for module in imported if str(module).startswith(("shared", "dev", "prod"))]


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 7, 17)])
def test_an_older_python_gets_a_sentence(version: tuple[int, ...]) -> None:
    """One line of JSON names what is needed and what is there; nothing in the program is too new to be parsed."""
    old = f"import sys\nsys.version_info = {version}\n"
    done = subprocess.run([sys.executable, "-"], input=old + PROGRAM, capture_output=True, text=True, check=True)
    number = ".".join(map(str, version))
    assert json.loads(done.stdout) == {"error": f"CPython 3.8 or newer is needed, this is {number}"}
    assert PROGRAM.isascii()
    newer = re.compile(r'\b[fb]"|: \w+ =|:=|->')  # formatted strings, annotations: a syntax error in Python 2
    assert not [line for line in PROGRAM.splitlines() if "parity_facts" not in line and newer.search(line)]


def test_program_stands_alone() -> None:
    """Without site-packages and without variables, from standard input: it needs the standard library alone."""
    done = subprocess.run([sys.executable, "-S", "-E", "-"], input=PROGRAM, capture_output=True, text=True, cwd="/")
    assert done.stderr == ""
    facts = json.loads(done.stdout)["facts"]
    assert facts["packages"]["value"] == {}
    assert facts["numpy"]["value"] == {}
    assert facts["blas"]["value"] == []


def test_heavy_packages_are_not_imported() -> None:
    """It looks at the packages' files; of what is installed it imports numpy, scipy and threadpoolctl alone."""
    heavy = "sorted(set(sys.modules) & {'pandas', 'sklearn', 'flask', 'skops'})"
    text = PROGRAM + f'print(json.dumps({{"facts": {{"imported": {{"value": {heavy}}}}}}}))'
    assert run(text)["imported"]["value"] == []


def test_what_was_found_ahead_changes_no_fact(taken: Facts) -> None:
    """Every fact is as if this process had read the files itself, and in the same order."""
    again = package.snapshot(known=package.ahead())["facts"]
    assert json.dumps(again) == json.dumps(taken)


@pytest.mark.parametrize(("variable", "there"), [("PARITY_ARTIFACTS", False), ("SERVER_SOFTWARE", True)])
def test_what_was_found_ahead_is_of_one_place(monkeypatch: pytest.MonkeyPatch, variable: str, there: bool) -> None:
    """Under other variables that decide which files count, or in another folder, files are read anew."""
    remembered = {f"{packages.__name__}.packages": {"found": "ahead"}}
    known = pickle.dumps((package._place(Context()), remembered))
    monkeypatch.setenv(variable, "/elsewhere")
    assert ("found" in package.snapshot(known=known)["facts"]["packages"]["value"]) is there
    monkeypatch.chdir("/")
    assert "found" not in package.snapshot(known=known)["facts"]["packages"]["value"]


def test_variables_that_decide_which_files_count_are_known(project: Path) -> None:
    """All that are looked up while files are read are among those of a place."""
    looked_up: set[str] = set()

    class Watched(dict[str, str]):
        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
            looked_up.add(name)
            return super().get(name, default)

        def __contains__(self, name: object) -> bool:
            looked_up.add(str(name))
            return super().__contains__(name)

    context = Context({"workdir": str(project), "command": ["python3", "app.py"]})
    context.variables = Watched(os.environ)
    for fact in package.OF_FILES:
        fact.function(context)
    assert {"PYTHONPATH", "PARITY_ARTIFACTS", "LD_PRELOAD", "FLASK_APP"} <= looked_up
    assert [name for name in looked_up if not models.PLACES.fullmatch(name)] == []


def test_secrets_are_never_recorded(facts: Facts) -> None:
    """Neither by their name nor in an address, in the environment or in .env; that they are set is recorded."""
    text = json.dumps(facts)
    for name, value in SECRETS.items():
        assert masks.incomplete(facts["variables"]["value"][name]), name
        assert value not in text
    assert facts["variables"]["value"]["API_KEY"] == facts["dotenv"]["value"]["API_KEY"] == masks.NOT_RECORDED
    for secret in ("123456", "987654", "verysecretvalue"):
        assert secret not in text


def test_words_that_look_like_secrets_and_are_none() -> None:
    """A secret's name differs from settings with a similar one, whose difference must be seen."""
    for name in ("SIGNAL_THRESHOLD", "TOKENIZERS_MODEL", "FEATURE_KEYS", "MODEL_COMPASS", "PARITY_SPINDLES"):
        assert not masks.NAMES.search(name), name


def test_variables_that_the_code_names_are_recorded(facts: Facts) -> None:
    """A variable on no list counts if the code names it; one that nobody names is left out."""
    assert facts["variables"]["value"]["ROUND_TO"] == "3"
    assert "UNRELATED" not in facts["variables"]["value"]
    assert facts["named"]["value"] == ["API_KEY", "ROUND_TO"]


def test_dotenv_is_read_by_the_same_rules(facts: Facts) -> None:
    """Quotes and `export` are no part of the values; comments are skipped."""
    assert facts["dotenv"]["value"] == {
        "API_KEY": masks.NOT_RECORDED,
        "DECISION_THRESHOLD": "0.35",
        "ROUND_TO": "2",
    }


def test_project_is_the_working_folder_without_tests_and_environments(facts: Facts) -> None:
    """Code, files and imports are those that could run; a file that is not Python costs nothing."""
    assert list(facts["code"]["value"]) == ["app.py", "broken.py", "jobs"]
    assert list(facts["files"]["value"]) == ["models/old.joblib", "picture.png", "rules.yaml"]
    assert facts["imports"]["value"] == ["flask", "jobs", "json", "lightgbm", "os"]


def test_code_on_pythonpath_counts(project: Path, tmp_path: Path) -> None:
    """Code that lies elsewhere gives the same hashes, wherever that is."""
    there = run(PROGRAM, tmp_path, "-S", PYTHONPATH=str(project))
    here = run(PROGRAM, project, "-S")
    assert there["code"]["value"] == here["code"]["value"]
    (tmp_path / "zipped.zip").write_bytes(b"code")
    assert "zipped.zip" in run(PROGRAM, "/", "-S", PYTHONPATH=str(tmp_path / "zipped.zip"))["code"]["value"]


def test_large_files_are_read_whole(tmp_path: Path) -> None:
    """A byte in the middle of a large model is a difference."""
    digests = []
    for byte in (b"a", b"b"):
        (tmp_path / "weights.bin").write_bytes(bytes(5 << 20) + byte + bytes(5 << 20))
        digests.append(files.files(Context({"workdir": str(tmp_path)}))["weights.bin"])
    assert len({*digests}) == 2


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages: one with a record, one as Debian installs, and what belongs to none."""
    site = tmp_path / "site-packages"
    files = {
        "good-1.0.dist-info/METADATA": textwrap.dedent("""\
            Metadata-Version: 2.1
            Name: Go_od
            Version: 1.0
            Requires-Dist: numpy>=1
            Requires-Dist: pytest; extra == "test"
            Requires-Dist: numexpr>=2; extra == 'performance'
            Requires-Dist: numexpr>=2; extra == "all"
            Requires-Dist: matplotlib; extra == "plot"
            Requires-Dist: joblib; extra == "parallel"

            Name: not this one
            """),
        "good-1.0.dist-info/RECORD": 'good/__init__.py,,\ngood/data.json,,\n"good/tests/test_it.py",,\ngood/x.pyi,,\n',
        "good/__init__.py": "x = 1\n",
        "good/data.json": "{}",
        "debian-2.0.dist-info/METADATA": "Name: debian\nVersion: 2.0\n",
        "debian-2.0.dist-info/top_level.txt": "deb\n",
        "deb/inner/code.py": "",
        "loose/part.py": "",
        "alone.py": "",
        "sitecustomize.py": "import alone\n",
        "patch.pth": "import alone\n",
        "path.pth": "/somewhere\n",
    }
    for name, content in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(content)
    return site


def installed(site: Path) -> Facts:
    """The facts of a Python that has this folder of packages alone."""
    return run(f"import sys\nsys.path.append({str(site)!r})\n" + PROGRAM, "/", "-S")


def test_packages_are_identified_by_their_files(site: Path) -> None:
    """An edit, a lost file and a changed data file show; tests and stubs, which slim images lack, do not."""
    first = installed(site)["packages"]["value"]
    assert first["go-od"]["version"] == "1.0"
    assert first["go-od"]["modules"] == ["good"]
    assert first["go-od"]["requires"] == ["joblib?", "numexpr?", "numpy"]
    assert first["go-od"]["missing_files"] == 0
    assert first["debian"]["modules"] == ["deb"]
    (site / "good/data.json").write_text("[]")
    (site / "deb/inner/code.py").write_text("edited = True\n")
    second = installed(site)["packages"]["value"]
    assert second["go-od"]["sha256"] != first["go-od"]["sha256"]
    assert second["debian"]["sha256"] != first["debian"]["sha256"]
    (site / "good/__init__.py").unlink()
    assert installed(site)["packages"]["value"]["go-od"]["missing_files"] == 1


def test_what_no_list_of_packages_shows(site: Path) -> None:
    """Modules that nothing installed, and code that runs at start-up."""
    facts = installed(site)
    assert list(facts["loose"]["value"]) == ["alone", "loose"]
    assert {"patch.pth", "sitecustomize.py"} <= set(facts["startup"]["value"])
    assert "path.pth" not in facts["startup"]["value"]


def test_damaged_metadata_costs_one_package(site: Path) -> None:
    """A distribution without a version is recorded as it is; the others are not lost."""
    (site / "debian-2.0.dist-info/METADATA").write_text("Name: debian\n")
    packages = installed(site)["packages"]["value"]
    assert packages["debian"]["version"] == "unknown"
    assert packages["go-od"]["version"] == "1.0"


def test_shadowed_and_duplicate_packages(site: Path, tmp_path: Path) -> None:
    """A module of the same name earlier on the path hides the installed one; a second copy is recorded, too."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "good.py").write_text("")
    second = tmp_path / "more" / "good-0.9.dist-info"
    second.mkdir(parents=True)
    (second / "METADATA").write_text("Name: go.od\nVersion: 0.9\n")
    text = f"import sys\nsys.path += [{str(site)!r}, {str(second.parent)!r}]\n"
    facts = run(text + PROGRAM, tmp_path / "work", "-S")
    assert list(facts["shadowed"]["value"]) == ["good"]
    assert [place.split()[0] for place in facts["duplicates"]["value"]["go-od"]] == ["1.0", "0.9"]


def test_module_that_hides_a_standard_one_is_recorded_and_not_run(tmp_path: Path) -> None:
    """A working folder with modules of such names does not stop the snapshot."""
    names = ("json", "random", "platform", "tempfile", "email", "zoneinfo")
    for name in names:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')\n")
    facts = run(PROGRAM, tmp_path)
    assert facts["shadowed"]["value"] == dict.fromkeys(names, "by one in the working folder")
    assert not [fact for fact in facts.values() if "unknown" in fact]


def test_time_zone_is_recorded_by_its_offsets() -> None:
    """Two names of one zone give the same offsets; zones that agree in 2013 and not later do not."""
    utc, zulu, winter, dubai = (
        run(PROGRAM, TZ=zone)["time_zone"]["value"] for zone in ("UTC0", "ZULU0", "MSK-4", "XXX-4YYY,M3.5.0,M10.5.0")
    )
    assert utc["offsets_sha256"] == zulu["offsets_sha256"]
    assert utc["winter"] != zulu["winter"]
    assert winter["winter"].split()[1] == dubai["winter"].split()[1]
    assert winter["offsets_sha256"] != dubai["offsets_sha256"]


def test_the_current_model_is_recorded_by_its_files(tmp_path: Path) -> None:
    """Where PARITY_ARTIFACTS says, and only by the program: in a process that trains, it is another one."""
    text = PROGRAM
    assert run(text, PARITY_ARTIFACTS=str(tmp_path))["served"]["value"] is None
    folder = tmp_path / "models" / "7"
    folder.mkdir(parents=True)
    (tmp_path / "models" / "current").symlink_to("7")
    assert "FileNotFoundError" in run(text, PARITY_ARTIFACTS=str(tmp_path))["served"]["unknown"]
    (folder / "manifest.json").write_text('{"version": "7"}')
    served = run(text, PARITY_ARTIFACTS=str(tmp_path))["served"]["value"]
    digest = hashlib.sha256(b'{"version": "7"}').hexdigest()
    assert served == {"version": "7", "files": {"manifest.json": digest}}
    assert "served" not in package.snapshot()["facts"]
