"""The gate on real images and containers: what differs, whether it matters, and what cannot be decided."""

import json
import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from shared.errors import ParityError
from shared.parity.sources import docker
from tests.harness.gate import LABEL, USER, Images, found, images, judged, parity
from tests.harness.sandbox import ROOT, Sandbox

SITE = "/opt/venv/lib/python3.13/site-packages"
RENT = '''"""A model of somebody else: rent by size and district."""
import json
import sys

RATES = {"centre": 21.0, "north": 14.5}
for line in sys.stdin:
    flat = json.loads(line)
    rent = flat["square_metres"] * RATES.get(flat["district"], 12.0)
    print(json.dumps({"district": flat["district"], "rent": rent}))
'''
FLATS = [("centre", 50), ("north", 80.5), ("south", 70), ("centre", 33)]


@pytest.fixture(scope="session")
def made() -> Iterator[Images]:
    """Images that are made from the one under test."""
    identity = (ROOT / ".env").read_text().partition("PARITY_IMAGE=")[2].splitlines()[0]
    with images(identity) as workshop:
        yield workshop


@pytest.fixture(scope="session")
def model(trained: Sandbox) -> Path:
    """A model's folder."""
    return trained.models / "current"


@pytest.fixture(scope="session")
def taken(made: Images, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot of the image under test, in a file."""
    path = tmp_path_factory.mktemp("snapshots") / "ours.json"
    assert parity("snapshot", made.ours, "--output", path).returncode == 0
    return path


@pytest.fixture(scope="session")
def edited_features(made: Images) -> str:
    """An image whose features are computed by another line."""
    return made.edited("/app/shared/features.py", "block.dt.total_seconds() / 60", "block.dt.total_seconds() / 90")


@pytest.fixture(scope="session")
def commented_package(made: Images) -> str:
    """An image with a comment more in a package on the model's path."""
    path = f"{SITE}/sklearn/compose/_column_transformer.py"
    return made.edited(path, "from functools import partial\n", "from functools import partial  # as it was\n")


def test_an_image_is_itself(made: Images, model: Path) -> None:
    """The same image twice, with replay: parity, and nothing above a note."""
    code, report = judged("gate", made.ours, made.ours, "--model", model)
    assert (code, report["findings"], report["undecided"]) == (0, [], [])
    assert report["replayed"] > 250


def test_an_edited_feature_is_proven_to_change_predictions(made: Images, model: Path, edited_features: str) -> None:
    """The first finding says how many labels flip, and in which column it begins; the code is named, too."""
    code, report = judged("gate", made.ours, edited_features, "--model", model)
    first = report["findings"][0]
    assert code == 1
    assert (first["check"], first["severity"]) == ("predictions", "breaks")
    assert first["details"]["flipped"] > 0
    assert "stage features, column scheduled_minutes" in first["why"]
    assert ("code", "shared") in found(report, "risk")


def test_an_edited_feature_is_a_risk_without_a_model(made: Images, edited_features: str) -> None:
    """Without a replay nothing is proven, and the gate fails all the same."""
    code, report = judged("gate", made.ours, edited_features)
    assert code == 1
    assert ("code", "shared") in found(report, "risk")


def test_an_edited_package_is_found_though_its_version_is_the_same(made: Images, commented_package: str) -> None:
    """A risk, as long as nobody has looked whether it matters."""
    code, report = judged("gate", made.ours, commented_package)
    assert code == 1
    assert found(report, "breaks", "risk") == {("packages", "scikit-learn")}


def test_a_replay_clears_an_edit_that_changes_nothing(made: Images, model: Path, commented_package: str) -> None:
    """The same image with a replay: the difference is a note, with the proof."""
    code, report = judged("gate", made.ours, commented_package, "--model", model)
    assert code == 0
    assert found(report, "breaks", "risk") == set()
    (note,) = [each for each in report["findings"] if each["subject"] == "scikit-learn"]
    assert "proven harmless" in note["why"]


def test_a_replay_proves_an_edit_in_a_package(made: Images, model: Path) -> None:
    """One line in scikit-learn that moves every score: it is told where, and in which package."""
    path = f"{SITE}/sklearn/ensemble/_hist_gradient_boosting/gradient_boosting.py"
    image = made.edited(path, "raw_predictions += self._baseline_prediction", "raw_predictions += 0.5")
    code, report = judged("gate", made.ours, image, "--model", model)
    first = report["findings"][0]
    assert code == 1
    assert "stage raw score" in first["why"]
    assert ("packages", "scikit-learn") in found(report, "risk")


def test_a_package_that_no_longer_imports_breaks(made: Images, model: Path) -> None:
    """The model fails on one side: certain, so it breaks, and the reason is told."""
    image = made.edited(
        f"{SITE}/sklearn/compose/_column_transformer.py", "from functools import", "from nowhere import"
    )
    code, report = judged("gate", made.ours, image, "--model", model)
    assert code == 1
    assert found(report, "breaks") == {("model", "loading and asking the model")}
    assert "nowhere" in report["findings"][0]["why"]


def test_code_that_runs_at_start_is_found_whatever_it_prints(made: Images, model: Path) -> None:
    """A line of a .pth file runs in each Python, and spoils what programs print."""
    line = f"RUN echo 'import sys; print(1)' > {SITE}/extra.pth"
    image = made.layer("USER root", line, *USER)
    code, report = judged("gate", made.ours, image)
    assert code == 1
    assert any("extra.pth" in subject for _, subject in found(report, "risk"))
    code, report = judged("gate", made.ours, image, "--model", model)
    assert (code, found(report, "breaks", "risk")) == (0, set())


def test_a_crash_of_python_breaks(made: Images, model: Path) -> None:
    """Not an exception but a signal: the side on which it ended is named."""
    kill = "    __import__('os').kill(__import__('os').getpid(), 11)\n    block ="
    image = made.edited("/app/shared/features.py", "    block =", kill)
    code, report = judged("gate", made.ours, image, "--model", model)
    assert code == 1
    assert found(report, "breaks") == {("model", "loading and asking the model")}
    assert "SIGSEGV" in report["findings"][0]["why"]


@pytest.mark.parametrize(
    ("variables", "check", "subject"),
    [
        ("TZ=America/New_York", "system", "local time"),
        ("PYTHONHASHSEED=7", "python", "hash seed"),
        ("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0", "system", "encoding: open"),
    ],
)
def test_an_environment_variable_is_a_risk_until_a_replay(
    made: Images, model: Path, variables: str, check: str, subject: str
) -> None:
    """What it changes is found; that this model does not care is proven."""
    image = made.layer(f"ENV {variables}")
    code, report = judged("gate", made.ours, image)
    assert code == 1
    assert (check, subject) in found(report, "risk")
    assert ("settings", variables.partition("=")[0]) in found(report, "risk", "note")
    code, report = judged("gate", made.ours, image, "--model", model)
    assert (code, found(report, "breaks", "risk")) == (0, set())


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names a kernel of x86-64")
def test_another_blas_kernel_in_a_container_is_found(made: Images, model: Path) -> None:
    """A running container is asked, and what it computes with is compared."""
    container = made.container("--env", "OPENBLAS_CORETYPE=Nehalem", "--read-only")  # without a folder to write to
    code, report = judged("gate", made.ours, container)
    assert code == 1
    assert ("numeric", "BLAS") in found(report, "risk")
    code, report = judged("gate", made.ours, container, "--model", model)
    assert (code, found(report, "breaks", "risk")) == (0, set())


@pytest.mark.parametrize(
    "lines",
    [
        ("ENV GREETING=hello",),
        ("ENV LANG=C",),
        ("LABEL org.example.built=now",),
        ("USER root", "RUN echo 1 > /usr/local/share/note", *USER),
        ("USER root", 'RUN ["python3", "-c", "import os; os.utime(\'/app/shared/features.py\')"]', *USER),
        ('CMD ["true"]', "EXPOSE 9000", "VOLUME /srv"),
    ],
    ids=["variable", "same-locale", "label", "file", "time", "configuration"],
)
def test_an_image_that_differs_in_nothing_that_matters_is_clean(made: Images, lines: tuple[str, ...]) -> None:
    """A benign change raises nothing above a note, even without a replay."""
    code, report = judged("gate", made.ours, made.layer(*lines))
    assert (code, found(report, "breaks", "risk"), report["undecided"]) == (0, set(), [])
    assert ("image", "image ID") in found(report, "note")


@pytest.mark.parametrize(
    "options",
    [
        ("--hostname=elsewhere",),
        ("--user=4242:4242",),
        ("--env=GREETING=hello",),
        ("--memory=2g",),
        ("--read-only", "--tmpfs=/tmp", "--cap-drop=ALL"),
    ],
    ids=["host", "user", "variable", "memory", "hardened"],
)
def test_a_container_that_differs_in_nothing_that_matters_is_clean(made: Images, options: tuple[str, ...]) -> None:
    """A benign difference of a running container raises nothing above a note, even without a replay."""
    code, report = judged("gate", made.ours, made.container(*options))
    assert (code, found(report, "breaks", "risk"), report["undecided"]) == (0, set(), [])


def test_snapshots_with_answers_are_compared_without_containers(
    made: Images, model: Path, taken: Path, tmp_path: Path
) -> None:
    """Two machines write files, a third judges; files without answers leave the question open."""
    path = tmp_path / "answered.json"
    assert parity("snapshot", made.ours, "--model", model, "--output", path).returncode == 0
    code, report = judged("gate", f"file:{path}", f"file:{path}", "--model", model)
    assert (code, report["findings"]) == (0, [])
    assert report["replayed"] > 250
    code, report = judged("gate", f"file:{taken}", f"file:{path}", "--model", model)
    assert code == 2
    assert "parity snapshot SOURCE --model DIR" in report["undecided"][0]["remedy"]


def refused(*arguments: str | Path, **variables: str) -> str:
    """What is told on standard error where the gate cannot decide: what, evidence, remedy, and exit code 2."""
    done = parity(*arguments, **variables)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "error: " in done.stderr
    assert "\n  evidence: " in done.stderr
    assert "\n  remedy: " in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("image:parity-sandbox-no-such:1", "there is no image parity-sandbox-no-such:1 here"),
        ("image:NOT A NAME", "there is no image NOT A NAME here"),
        ("container:no-such", "container no-such does not run"),
        ("file:/no/such.json", "/no/such.json holds no snapshot"),
        ("file:README.md", "README.md holds no snapshot"),
        ("file:.", ". holds no snapshot"),
        ("foo:bar", "'foo:bar' names no environment"),
        ("image:", "'image:' names no environment"),
        ("image:--help", "'image:--help' names no environment"),
        ("", "'' names no environment"),
    ],
)
def test_a_source_that_is_none_is_told(taken: Path, source: str, told: str) -> None:
    """On either side."""
    assert told in refused("gate", f"file:{taken}", source)
    assert told in refused("gate", source, f"file:{taken}")
    assert told in refused("snapshot", source)


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"format": 99, "facts": {}}', '{"format": 1, "facts": {"python": 3}}', "null"]
)
def test_a_file_that_is_no_snapshot_is_told(taken: Path, tmp_path: Path, content: str) -> None:
    """JSON of another form, or of another version."""
    (tmp_path / "other.json").write_text(content)
    assert "holds no snapshot" in refused("gate", f"file:{tmp_path / 'other.json'}", f"file:{taken}")


def test_a_machine_without_docker_is_told(made: Images, tmp_path: Path) -> None:
    """No command, or no engine."""
    assert "docker was not found" in refused("gate", made.ours, made.ours, PATH=str(tmp_path))
    nowhere = f"unix://{tmp_path}/docker.sock"
    assert "the Docker engine cannot be reached" in refused("gate", made.ours, made.ours, DOCKER_HOST=nowhere)


def test_an_image_without_python_is_told(made: Images) -> None:
    """It is not taken for an image that has no differences."""
    assert "has no Python" in refused("gate", made.ours, made.empty())


@pytest.mark.parametrize("content", [None, "", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_folder_without_a_passport_is_told(made: Images, tmp_path: Path, content: str | None) -> None:
    """For each command that reads one."""
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    for command in (["gate", made.ours, made.ours, "--model"], ["replay", "http://127.0.0.1:1", "--model"], ["show"]):
        told = refused(*command, tmp_path)
        assert "holds no model with a passport" in told
        assert "make dev" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["gate", "a", "b", "--format", "pdf"], "'pdf'"),
        (["gate", "a", "b", "--report", "pdf=x"], "expected FORMAT=FILE"),
        (["gate", "a", "b", "--report", "json="], "expected FORMAT=FILE"),
        (["gate", "a", "b", "--fail-on", "note"], "'note'"),
        (["gate", "a"], "B"),
        (["gate", "a", "b", "--golden", "x"], "given: --golden"),
        (["replay", "http://127.0.0.1:1", "--timeout", "0"], "expected seconds"),
        (["explain", "nothing"], "invalid choice"),
        (["nothing"], "invalid choice"),
        ([], "command"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_told(arguments: list[str], told: str) -> None:
    """As all else that is wrong: what, evidence and remedy."""
    assert told in refused(*arguments)


def test_a_variable_that_cannot_be_read_is_told() -> None:
    """The twins of options are held to the same."""
    for name, value in (("FORMAT", "pdf"), ("FAIL_ON", "all"), ("REPORT", "json")):
        assert value in refused("gate", "a", "b", **{f"PARITY_{name}": value})


def test_a_file_that_cannot_be_written_is_told(taken: Path) -> None:
    """And the exit code is not the report's."""
    assert "cannot be written" in refused("gate", f"file:{taken}", f"file:{taken}", "--output", "/no/such/folder/x")


def test_a_program_that_never_ends_is_ended(made: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a remedy, and no container is left behind."""
    monkeypatch.setattr(docker, "TIMEOUT_SECONDS", 3)
    environment = docker.Environment("image", made.base)
    with pytest.raises(ParityError, match="gave no answer"):
        environment.run(["python3", "-c", "import time; time.sleep(60)"])
    running = ["docker", "ps", "--quiet", "--filter", "name=parity-gate-", "--filter", f"ancestor={made.base}"]
    assert subprocess.run(running, capture_output=True, text=True, timeout=60).stdout == ""


@pytest.fixture(scope="session")
def risky(taken: Path) -> Path:
    """A snapshot that differs from `taken` in a risk."""
    content = json.loads(taken.read_text())
    content["facts"]["variables"]["value"]["SKLEARN_ASSUME_FINITE"] = "1"
    path = taken.with_name("risky.json")
    path.write_text(json.dumps(content))
    return path


def test_reports_are_written_in_all_formats_at_once(taken: Path, risky: Path, tmp_path: Path) -> None:
    """One run, a file for each; `--output` takes the place of standard output."""
    names = {"json": "a.json", "junit": "a.xml", "markdown": "a.md", "sarif": "a.sarif", "text": "a.txt"}
    reports = [f"--report={name}={tmp_path / file}" for name, file in names.items()]
    done = parity("gate", f"file:{taken}", f"file:{risky}", *reports, "--output", tmp_path / "out")
    assert (done.returncode, done.stdout) == (1, "")
    read = {name: (tmp_path / file).read_text() for name, file in names.items()}
    assert json.loads(read["json"])["exit_code"] == 1
    failed = [case.get("name") for case in ElementTree.fromstring(read["junit"]).iter("testcase") if len(case)]  # noqa: S314
    assert failed == ["settings"]
    assert read["markdown"].startswith("### Parity: broken")
    assert json.loads(read["sarif"])["version"] == "2.1.0"
    assert read["text"].startswith("BROKEN: ")
    assert (tmp_path / "out").read_text() == read["text"]


def test_each_option_has_a_variable(taken: Path, risky: Path, tmp_path: Path) -> None:
    """The option wins over its variable."""
    sides = f"file:{taken}", f"file:{risky}"
    variables = {
        "PARITY_FORMAT": "json",
        "PARITY_FAIL_ON": "breaks",
        "PARITY_OUTPUT": str(tmp_path / "out.json"),
        "PARITY_REPORT": f"text={tmp_path / 'a.txt'} junit={tmp_path / 'a.xml'}",
    }
    done = parity("gate", *sides, **variables)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "out.json").read_text())["exit_code"] == 0
    assert (tmp_path / "a.txt").exists()
    assert (tmp_path / "a.xml").exists()
    assert parity("gate", *sides, "--fail-on", "risk", **variables).returncode == 1
    assert parity("gate", *sides, PARITY_MODEL="/no/such").returncode == 2


def test_only_proven_breaks_fail_on_demand(taken: Path, risky: Path) -> None:
    """`--fail-on breaks` lets risks pass, and still shows them."""
    done = parity("gate", f"file:{taken}", f"file:{risky}", "--fail-on", "breaks")
    assert done.returncode == 0
    assert "SKLEARN_ASSUME_FINITE" in done.stdout


def test_a_passport_is_shown(model: Path) -> None:
    """What it is, where it comes from, and how good it is, with a host's Python alone."""
    passport = json.loads((model / "manifest.json").read_text())
    shown = parity("show", model)
    assert shown.returncode == 0
    for text in (
        passport["version"],
        passport["image"]["id"],
        passport["image"]["revision"],
        passport["image"]["lock_sha256"],
        passport["data"]["sha256"],
        f"roc auc {passport['metrics']['model']['roc_auc']:.4f}",
        f"late from probability {passport['threshold']}",
        f"{len(passport['golden']['requests'])} requests, noise floor {passport['golden']['noise_floor']:.1e}",
        "CPython 3.13",
        "scikit-learn 1.9",
    ):
        assert text in " ".join(shown.stdout.split())


@pytest.fixture(scope="session")
def flats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Requests for a model of somebody else."""
    path = tmp_path_factory.mktemp("flats") / "flats.jsonl"
    path.write_text("".join(json.dumps({"district": name, "square_metres": size}) + "\n" for name, size in FLATS))
    return path


@pytest.fixture(scope="session")
def rents(made: Images, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Images with a model of somebody else on a base without packages: with other text, with another rate."""
    label = '{{index .Config.Labels "org.opencontainers.image.base.name"}}'
    command = ["docker", "image", "inspect", "--format", label, made.base]
    base = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()
    versions = {"first": RENT, "same": RENT.replace("by size", "from size"), "other": RENT.replace("12.0", "11.5")}
    return {
        name: made.layer(
            "WORKDIR /srv", "COPY rent.py .", base=base, files={"rent.py": text}, folder=tmp_path_factory.mktemp(name)
        )
        for name, text in versions.items()
    }


def test_answers_of_an_image_that_is_not_ours_are_compared(rents: dict[str, str], flats: Path) -> None:
    """Its own command answers; the value that moved is named, and so is the code."""
    how = ("--golden", flats, "--predict", "python3 -m rent")
    code, report = judged("gate", rents["first"], rents["other"], *how)
    first = report["findings"][0]
    assert code == 1
    assert (first["check"], first["subject"]) == ("predictions", "1 of 4 golden answers moved")
    assert "column answer.rent, 1 rows: 840.0 became 805.0" in first["why"]
    assert ("code", "rent.py") in found(report, "risk")
    code, report = judged("gate", rents["first"], rents["same"], *how)
    assert (code, report["replayed"]) == (0, len(FLATS))
    assert ("code", "rent.py") in found(report, "note")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("python3 -m nothing", "No module named nothing"),
        ("no-such-program", "has no no-such-program"),
        ("head -n 2", "gives 2 answers to 4 requests"),
        ("true", "gives 0 answers to 4 requests"),
        ("python3 --version", "prints what is no JSON"),
        ("python3 '", "the command cannot be read"),
        ("''", "the command cannot be read"),
    ],
)
def test_a_command_that_does_not_answer_is_told(rents: dict[str, str], flats: Path, command: str, told: str) -> None:
    """It is not taken for parity."""
    assert told in refused("gate", rents["first"], rents["other"], "--golden", flats, "--predict", command)


def test_requests_that_cannot_be_read_are_told(rents: dict[str, str], tmp_path: Path) -> None:
    """A missing, empty or malformed file; a file as a side; a model of ours for an image that is not."""
    how = ("--predict", "python3 -m rent", "--golden")
    assert "holds no requests" in refused("gate", rents["first"], rents["other"], *how, tmp_path / "missing")
    for text in ("", "\n\n", "{", '{"a": 1}\nno\n'):
        (tmp_path / "g.jsonl").write_text(text)
        assert "holds no requests" in refused("gate", rents["first"], rents["other"], *how, tmp_path / "g.jsonl")


def test_a_model_of_ours_cannot_be_replayed_in_an_image_that_is_not(
    rents: dict[str, str], made: Images, model: Path
) -> None:
    """The remedy names the way that works there."""
    assert "--golden FILE --predict COMMAND" in refused("gate", made.ours, rents["first"], "--model", model)


def test_a_command_that_never_ends_is_told(rents: dict[str, str], flats: Path) -> None:
    """After the time that it was given."""
    how = ("--golden", flats, "--predict", "sleep 60", "--timeout", "2")
    assert "`sleep 60` ran for more than 2 seconds" in refused("gate", rents["first"], rents["other"], *how)


def test_a_command_that_answers_by_chance_leaves_the_question_open(rents: dict[str, str], flats: Path) -> None:
    """Where one side differs from itself, nothing is said of the other."""
    code = "import json, random, sys; [print(json.dumps({'p': random.random()})) for line in sys.stdin]"
    done = parity("gate", rents["first"], rents["first"], "--golden", flats, "--predict", f'python3 -c "{code}"')
    assert done.returncode == 2
    assert "does not answer alike when it is asked twice: answer.p" in done.stdout


def test_images_made_here_are_found_by_make_clean() -> None:
    """The label that they carry is the one that `make clean` looks for."""
    assert (LABEL, LABEL) == (docker.LABEL, "org.opencontainers.image.title=parity-sandbox")
