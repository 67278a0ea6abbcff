"""What decides where no line of the code says it whole: paths in pieces, names by their beginnings, own packages."""

import shutil
from pathlib import Path

import pytest

from shared.compare.report import Severity
from tests.unit.shared.compare.sides import serious
from tests.unit.shared.compare.test_hiding_places import put
from tests.unit.shared.compare.test_layouts import Builder, Known, judged, taken


def wheel(folder: Path, code: str, name: str = "shop", **context: object) -> Known:
    """A service that was installed as a package, and started as one."""
    information = f"site-packages/{name}-1.0.dist-info"
    files = {
        f"site-packages/{name}/__init__.py": "",
        f"site-packages/{name}/serve.py": code,
        f"{information}/METADATA": f"Name: {name}\nVersion: 1.0\n",
        f"{information}/RECORD": f"{name}/__init__.py,,\n{name}/serve.py,,\n",
    }
    command = context.pop("command", ["python3", "-m", f"{name}.serve"])
    known = put(folder, files, command=command, **context)
    shutil.rmtree(folder / "app")
    (folder / "app").mkdir()
    return {**known, "before": f"import sys; sys.path.append({str(folder / 'site-packages')!r})\n"}


def variable_of_a_wheel(folder: Path, value: str) -> Known:
    """The package reads it."""
    return {**wheel(folder, "os.environ['LIMIT']"), "variables": {"LIMIT": value}}


def variable_of_a_served_wheel(folder: Path, value: str) -> Known:
    """A server is given the package's application."""
    command = ["python3", "/usr/bin/gunicorn", "shop.serve:app"]
    return {**wheel(folder, "os.environ['LIMIT']", command=command), "variables": {"LIMIT": value}}


def variable_of_a_wheel_that_code_imports(folder: Path, value: str) -> Known:
    """A script starts what was built from a folder."""
    known = wheel(folder, "os.environ['LIMIT']", command=["python3", "run.py"])
    (folder / "app/run.py").write_text("import shop.serve")
    origin = folder / "site-packages/shop-1.0.dist-info/direct_url.json"
    origin.write_text('{"url": "file:///build/shop-1.0-py3-none-any.whl", "archive_info": {}}')
    return {**known, "variables": {"LIMIT": value}}


def settings_of_a_wheel(folder: Path, value: str) -> Known:
    """The package reads a file that lies elsewhere."""
    (folder / "limits").mkdir(parents=True)
    (folder / "limits/rates.ini").write_text(value)
    return wheel(folder, f"open('{folder}/limits/rates.ini')")


def beside_the_sources(folder: Path, value: str) -> Known:
    """A folder beside that of the code, by the path of the code."""
    code = "D = Path(__file__).resolve().parents[1] / 'lookups'\nT = [p.read_text() for p in D.glob('*')]\n"
    return put(folder, {"app/serve.py": code, "lookups/rates.csv": value})


def shadowing_folders(folder: Path, value: str) -> Known:
    """Two folders have a module of one name."""
    known = put(folder, {"21/rates.py": "R = 1", "99/rates.py": "R = 2", "app/serve.py": "import rates"})
    path = [str(folder / name) for name in (value, "21", "99")]
    return {**known, "variables": {"PYTHONPATH": ":".join(path)}}


def target(folder: Path, files: dict[str, str]) -> Known:
    """What `pip install --target` fills, and somebody else after it."""
    information = "deps/ratelib-1.0.dist-info"
    installed = {
        "deps/ratelib.py": "R = 1\n",
        f"{information}/METADATA": "Name: ratelib\nVersion: 1.0\n",
        f"{information}/RECORD": "ratelib.py,,\n",
        "app/serve.py": "import ratelib, feats",
    }
    return {**put(folder, {**installed, **files}), "variables": {"PYTHONPATH": str(folder / "deps")}}


def module_beside_installed_ones(folder: Path, value: str) -> Known:
    """As in a layer of AWS Lambda."""
    return target(folder, {"deps/feats.py": f"R = {value}"})


def data_beside_installed_ones(folder: Path, value: str) -> Known:
    """In a folder of code that nobody installed."""
    return target(folder, {"deps/feats/__init__.py": "", "deps/feats/w.csv": value})


def prompts(folder: Path, value: str) -> Known:
    """Text for people by its ending, which the code reads by a name that it makes."""
    return put(folder, {"app/serve.py": "open(f'prompts/{name}.md')", "app/prompts/score.md": value})


def gallery(folder: Path, value: str) -> Known:
    """Pictures, which the code compares with."""
    return put(folder, {"app/serve.py": "os.listdir('known_faces')", "app/known_faces/ann.jpg": value})


def documents(folder: Path, value: str) -> Known:
    """A folder for people by its name, which the code searches."""
    return put(folder, {"app/serve.py": "Path('docs').glob('*.txt')", "app/docs/refunds.txt": value})


def shots(folder: Path, value: str) -> Known:
    """The same, with another name."""
    return put(folder, {"app/serve.py": "glob.glob('examples/*.json')", "app/examples/a.json": value})


def settings_of_a_stage(folder: Path, value: str) -> Known:
    """A variable says which of two files is read."""
    code = "open(f\"config/{os.environ['APP_ENV']}.json\")"
    files = {"app/serve.py": code, "app/config/e21.json": "1", "app/config/e99.json": "2"}
    return {**put(folder, files), "variables": {"APP_ENV": f"e{value}"}}


def variable_in_settings(folder: Path, value: str) -> Known:
    """A settings file takes it over."""
    files = {"app/serve.py": "load('conf.yaml')", "app/conf.yaml": "limit: ${oc.env:SHOP_LIMIT,0.5}\n"}
    return {**put(folder, files), "variables": {"SHOP_LIMIT": value}}


def variable_in_a_script(folder: Path, value: str) -> Known:
    """An entrypoint writes it into a file."""
    known = put(folder, {}, scripts=['sed -i "s/LIMIT/$SHOP_LIMIT/" config.yaml'])
    return {**known, "variables": {"SHOP_LIMIT": value}}


def variable_in_a_template(folder: Path, value: str) -> Known:
    """An entrypoint fills it in."""
    known = put(folder, {"app/conf.tmpl": "limit: $SHOP_LIMIT\n"}, scripts=["envsubst < conf.tmpl"])
    return {**known, "variables": {"SHOP_LIMIT": value}}


def prefix_of_a_library(folder: Path, value: str) -> Known:
    """Which adds the underscore by itself."""
    return {**put(folder, {"app/serve.py": "main(auto_envvar_prefix='SHOP')"}), "variables": {"SHOP_LIMIT": value}}


def prefix_of_flask(folder: Path, value: str) -> Known:
    """Which has one where none is given."""
    return {**put(folder, {"app/serve.py": "app.config.from_prefixed_env()"}), "variables": {"FLASK_LIMIT": value}}


def database_in_a_url(folder: Path, value: str) -> Known:
    """A file, though its scheme is that of an engine."""
    known = put(folder, {"app/serve.py": "os.environ['RATES_URL']", "rates/21.db": "1", "rates/99.db": "2"})
    return {**known, "variables": {"RATES_URL": f"sqlite:///{folder}/rates/{value}.db"}}


def file_of_any_variable(folder: Path, value: str) -> Known:
    """The code reads where the file is, by a name that says nothing."""
    known = put(folder, {"app/serve.py": "os.environ['RULES']", "rules/now.txt": value})
    return {**known, "variables": {"RULES": f"{folder}/rules/now.txt"}}


def tasks(folder: Path, value: str) -> Known:
    """What a runner of tasks reads its commands from."""
    return put(folder, {"bin/poe": "", "app/pyproject.toml": value}, command=["python3", f"{folder}/bin/poe", "serve"])


def processes(folder: Path, value: str) -> Known:
    """The same of a manager of processes."""
    return put(folder, {"bin/honcho": "", "app/Procfile": value}, command=["python3", f"{folder}/bin/honcho", "start"])


PLACES: tuple[Builder, ...] = (
    *(variable_of_a_wheel, variable_of_a_served_wheel, variable_of_a_wheel_that_code_imports, settings_of_a_wheel),
    *(beside_the_sources, shadowing_folders, module_beside_installed_ones, data_beside_installed_ones),
    *(prompts, gallery, documents, shots, settings_of_a_stage, database_in_a_url, file_of_any_variable),
    *(
        variable_in_settings,
        variable_in_a_script,
        variable_in_a_template,
        prefix_of_a_library,
        prefix_of_flask,
        tasks,
        processes,
    ),
)


@pytest.mark.parametrize("build", PLACES, ids=lambda build: build.__name__)
def test_a_difference_is_found_there(tmp_path: Path, build: Builder) -> None:
    """As a risk."""
    ours = taken(build(tmp_path / "service", "21"))
    shutil.rmtree(tmp_path / "service")
    findings, _ = judged(ours, taken(build(tmp_path / "service", "99")))
    assert {finding.severity for finding in serious(findings)} == {Severity.RISK}, findings


def pages(folder: Path, value: str) -> Known:
    """What browsers and people read, in folders that the code knows."""
    files = {"app/serve.py": "('static', 'models')", "app/static/logo.png": value, "app/models/README.md": value}
    return put(folder, files)


def place_of_the_same(folder: Path, value: str) -> Known:
    """Where files lie, which are the same."""
    code = "os.environ['RULES_DIR'], os.environ['APP_ENV']"
    files = {"app/serve.py": code, "app/21/rates.json": "1", "app/99/rates.json": "1"}
    return {**put(folder, files), "variables": {"RULES_DIR": f"{folder}/app/{value}", "APP_ENV": f"e{value}"}}


def path_in_another_order(folder: Path, value: str) -> Known:
    """Folders that hold nothing of one name."""
    known = put(folder, {"21/rates.py": "R = 1", "99/taxes.py": "R = 2", "app/serve.py": "import rates, taxes"})
    path = [str(folder / name) for name in ("21", "99")]
    return {**known, "variables": {"PYTHONPATH": ":".join(path if value == "21" else path[::-1])}}


def variable_of_a_published_package(folder: Path, value: str) -> Known:
    """It reads what the service does not know of."""
    known = wheel(folder, "os.environ['LIMIT']", command=["python3", "run.py"])
    (folder / "app/run.py").write_text("import shop.serve")
    return {**known, "variables": {"LIMIT": value}}


@pytest.mark.parametrize(
    "build",
    [pages, place_of_the_same, path_in_another_order, variable_of_a_published_package],
    ids=lambda build: build.__name__,
)
def test_a_benign_difference_stays_one(tmp_path: Path, build: Builder) -> None:
    """What looks alike, and decides nothing."""
    ours = taken(build(tmp_path / "service", "21"))
    shutil.rmtree(tmp_path / "service")
    assert serious(judged(ours, taken(build(tmp_path / "service", "99")))[0]) == []
