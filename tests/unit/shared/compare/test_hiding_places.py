"""Places where code, models and settings of real images lie, and that a comparison could overlook."""

import importlib.util
import marshal
import shutil
import zipfile
from pathlib import Path

import pytest

from shared.compare.report import Severity
from tests.unit.shared.compare.sides import serious
from tests.unit.shared.compare.test_layouts import Builder, Known, judged, taken


def put(folder: Path, files: dict[str, str], **context: object) -> Known:
    """Files by path; the working folder is `app`."""
    for name, content in {"app/serve.py": "", **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return {"context": {"workdir": str(folder / "app"), **context}}


def with_packages(folder: Path, files: dict[str, str]) -> Known:
    """Files in a folder of packages, one of which is installed, with a record."""
    information = "ratelib-1.0.dist-info"
    installed = {
        "ratelib/__init__.py": "from . import _patch\n",
        f"{information}/METADATA": "Name: ratelib\nVersion: 1.0\n",
        f"{information}/RECORD": "ratelib/__init__.py,,\n",
    }
    site = folder / "site-packages"
    known = put(folder, {f"site-packages/{name}": text for name, text in {**installed, **files}.items()})
    (folder / "app/serve.py").write_text("import ratelib")
    return {**known, "before": f"import sys; sys.path.append({str(site)!r})\n"}


def code_added_to_a_package(folder: Path, value: str) -> Known:
    """A patch that was copied into a package."""
    return with_packages(folder, {"ratelib/_patch.py": f"R = {value}"})


def data_added_to_a_package(folder: Path, value: str) -> Known:
    """A model that was downloaded into a package."""
    return with_packages(folder, {"ratelib/data/weights.bin": value})


def data_beside_packages(folder: Path, value: str) -> Known:
    """A folder of no package."""
    return with_packages(folder, {"weights/net.bin": value})


def byte_code_instead_of_its_source(folder: Path, value: str) -> Known:
    """PEP 552: byte code that Python runs without a look at the source."""
    known = put(folder, {"app/rates.py": f"R = {value}"})
    source = folder / "app/rates.py"
    cached = Path(importlib.util.cache_from_source(str(source)))
    cached.parent.mkdir(exist_ok=True)
    code = compile(source.read_text(), "rates.py", "exec")
    content = importlib.util.source_hash(source.read_bytes())
    cached.write_bytes(importlib.util.MAGIC_NUMBER + b"\1\0\0\0" + content + marshal.dumps(code))
    source.write_text("R = 1")
    return known


def zip_on_the_path(folder: Path, value: str) -> Known:
    """The command reaches a module of it."""
    known = put(folder, {"app/serve.py": "import ratelib"}, command=["python3", "serve.py"])
    with zipfile.ZipFile(folder / "lib.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("ratelib.py"), f"R = {value}")
    return {**known, "variables": {"PYTHONPATH": str(folder / "lib.zip")}}


def path_in_a_settings_file(folder: Path, value: str) -> Known:
    """The code reads where the model is."""
    return put(folder, {"app/config.yaml": f"weights: {folder}/weights/net.bin\n", "weights/net.bin": value})


def hidden_settings(folder: Path, value: str) -> Known:
    """A folder of tools, which the code reads from."""
    return put(folder, {"app/serve.py": "open('.config/limit.yaml')", "app/.config/limit.yaml": value})


def cache_of_a_library(folder: Path, value: str) -> Known:
    """Weights that were downloaded when the image was built."""
    return {
        **put(folder, {"home/.cache/huggingface/hub/blobs/0a1b": value}),
        "variables": {"HOME": str(folder / "home")},
    }


def corpus(folder: Path, value: str) -> Known:
    """Data that a library finds by itself."""
    return {**put(folder, {"home/nltk_data/corpora/stopwords": value}), "variables": {"HOME": str(folder / "home")}}


def preloaded(folder: Path, value: str) -> Known:
    """A native library that is loaded before all others; no real one."""
    return {**put(folder, {"fast/libfast.so": value}), "variables": {"LD_PRELOAD": str(folder / "fast/libfast.so")}}


def library_path(folder: Path, value: str) -> Known:
    """A folder of native libraries."""
    return {**put(folder, {"fast/libfast.so": value}), "variables": {"LD_LIBRARY_PATH": str(folder / "fast")}}


def prompt(folder: Path, value: str) -> Known:
    """Text for people, but that the code reads."""
    return put(folder, {"app/serve.py": "open('prompt.md')", "app/prompt.md": value})


def locked(folder: Path, value: str) -> Known:
    """A name as of a file that whatever runs writes."""
    return put(folder, {"app/serve.py": "open('features.lock')", "app/features.lock": value})


def examples(folder: Path, value: str) -> Known:
    """A folder for people."""
    return put(folder, {"app/serve.py": "open('examples/shots.json')", "app/examples/shots.json": value})


def notebook(folder: Path, value: str) -> Known:
    """The command names it."""
    return put(folder, {"app/score.ipynb": value}, command=["python3", "-m", "papermill", "score.ipynb", "-"])


def scripts_folder(folder: Path, value: str) -> Known:
    """A folder that by custom does not serve, and does."""
    return put(folder, {"app/scripts/run.py": f"R = {value}"}, command=["python3", "scripts/run.py"])


def gunicorn_settings(folder: Path, value: str) -> Known:
    """Code that the server runs, and nothing imports."""
    command = ["python3", "-m", "gunicorn", "serve:app"]
    return put(folder, {"app/gunicorn.conf.py": f"raw_env = ['LIMIT={value}']"}, command=command)


def script_that_runs_first(folder: Path, value: str) -> Known:
    """An entrypoint's."""
    return put(folder, {"opt/prepare.py": f"R = {value}"}, scripts=[f"python3 {folder}/opt/prepare.py --quick"])


def arguments_in_a_variable(folder: Path, value: str) -> Known:
    """Of gunicorn, which sets a variable."""
    return {**put(folder, {}), "variables": {"GUNICORN_CMD_ARGS": f"--workers 2 --env LIMIT={value}"}}


def settings_file_elsewhere(folder: Path, value: str) -> Known:
    """What python-dotenv reads from another folder."""
    return put(folder, {"app/serve.py": "'LIMIT'", "app/config/.env": f"LIMIT={value}\nPORT={value}"})


def settings_file_of_a_stage(folder: Path, value: str) -> Known:
    """With another ending."""
    return put(folder, {"app/serve.py": "'LIMIT'", "app/.env.production": f"LIMIT={value}"})


def small_letters(folder: Path, value: str) -> Known:
    """A variable need not be in capitals."""
    return {**put(folder, {"app/serve.py": "os.environ['limit']"}), "variables": {"limit": value}}


def one_letter(folder: Path, value: str) -> Known:
    """Nor long."""
    return {**put(folder, {"app/serve.py": "os.environ['T']"}), "variables": {"T": value}}


def suffix(folder: Path, value: str) -> Known:
    """The code knows only its end."""
    return {**put(folder, {"app/serve.py": "os.environ[f'{shop}_LIMIT']"}), "variables": {"EAST_LIMIT": value}}


def prefix(folder: Path, value: str) -> Known:
    """Or its beginning."""
    return {**put(folder, {"app/serve.py": "os.environ['SHOP_' + name]"}), "variables": {"SHOP_LIMIT": value}}


def weights_by_url(folder: Path, value: str) -> Known:
    """What is downloaded at the start."""
    known = put(folder, {"app/serve.py": "os.environ['WEIGHTS_URL']"})
    return {**known, "variables": {"WEIGHTS_URL": f"s3://bucket/{value}/net.bin"}}


PLACES: tuple[Builder, ...] = (
    *(code_added_to_a_package, data_added_to_a_package, data_beside_packages, byte_code_instead_of_its_source),
    *(zip_on_the_path, path_in_a_settings_file, hidden_settings, cache_of_a_library, corpus, preloaded, library_path),
    *(prompt, locked, examples, notebook, scripts_folder, gunicorn_settings, script_that_runs_first),
    *(arguments_in_a_variable, settings_file_elsewhere, settings_file_of_a_stage, small_letters, one_letter),
    *(suffix, prefix, weights_by_url),
)


@pytest.mark.parametrize("build", PLACES, ids=lambda build: build.__name__)
def test_a_difference_is_found_there(tmp_path: Path, build: Builder) -> None:
    """As a risk; and the layout against itself has nothing to say."""
    ours = taken(build(tmp_path / "service", "21"))
    again = taken(build(tmp_path / "service", "21"))
    assert judged(ours, again)[0] == []
    shutil.rmtree(tmp_path / "service")
    findings, _ = judged(ours, taken(build(tmp_path / "service", "99")))
    assert {finding.severity for finding in serious(findings)} == {Severity.RISK}


@pytest.mark.parametrize(
    ("files", "variables"),
    [
        ({"app/README.md": "@", "app/requirements-dev.txt": "@", "app/uv.lock": "@"}, {}),
        ({"home/.cache/pip/http/0a": "@", "home/.cache/uv/x": "@"}, {}),
        ({"app/.env": "PORT=@", "app/serve.py": "os.environ['PORT']"}, {}),
        ({"app/.env.example": "LIMIT=@", "app/serve.py": "os.environ['LIMIT']"}, {}),
        ({"app/setup.py": "open('README.md')", "app/README.md": "@"}, {}),
        ({"app/serve.py": "os.environ['WEB_CONCURRENCY']"}, {"WEB_CONCURRENCY": "@"}),
        ({}, {"GUNICORN_CMD_ARGS": "--workers @ --bind 0.0.0.0:80@"}),
        ({}, {"GIT_COMMIT": "@", "BUILD_DATE": "@", "APP_VERSION": "@"}),
    ],
)
def test_a_benign_difference_stays_one(tmp_path: Path, files: dict[str, str], variables: dict[str, str]) -> None:
    """What looks alike, and decides nothing."""
    sides = []
    for value in ("21", "99"):
        known = put(tmp_path / "service", {name: text.replace("@", value) for name, text in files.items()})
        given = {name: text.replace("@", value) for name, text in variables.items()}
        sides.append(taken({**known, "variables": {"HOME": str(tmp_path / "service/home"), **given}}))
        shutil.rmtree(tmp_path / "service")
    assert serious(judged(*sides)[0]) == []
