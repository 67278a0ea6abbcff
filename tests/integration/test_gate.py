"""The gate on real images and containers of ours: what differs, and whether it changes predictions."""

import platform
import shutil
from pathlib import Path

import pytest

from tests.integration.support.gate import USER, Images, found, judged, parity, sealed
from tests.lab.sandbox import Sandbox

SITE = "/opt/venv/lib/python3.13/site-packages"


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


def test_an_edited_feature_is_proven_to_change_predictions(answered: str, model: Path, edited_features: str) -> None:
    """The first finding says how many labels flip, and in which column it begins; the code is named, too."""
    code, report = judged("gate", answered, edited_features, "--model", model)
    first = report["findings"][0]
    assert code == 1
    assert (first["check"], first["severity"]) == ("predictions", "breaks")
    assert first["details"]["flipped"] > 0
    assert "stage features, column scheduled_minutes" in first["why"]
    assert ("code", "shared") in found(report, "risk")


def test_an_edited_feature_is_a_risk_without_a_model(ours: str, edited_features: str) -> None:
    """Without a replay nothing is proven, and the gate fails all the same."""
    code, report = judged("gate", ours, edited_features)
    assert code == 1
    assert ("code", "shared") in found(report, "risk")


def test_an_edited_package_is_found_though_its_version_is_the_same(ours: str, commented_package: str) -> None:
    """A risk, as long as nobody has looked whether it matters."""
    code, report = judged("gate", ours, commented_package)
    assert code == 1
    assert found(report, "breaks", "risk") == {("packages", "scikit-learn")}


def test_a_replay_clears_an_edit_that_changes_nothing(answered: str, model: Path, commented_package: str) -> None:
    """The same image with a replay: the difference is a note, with the proof."""
    code, report = judged("gate", answered, commented_package, "--model", model)
    assert code == 0
    assert found(report, "breaks", "risk") == set()
    (note,) = [each for each in report["findings"] if each["subject"] == "scikit-learn"]
    assert "proven harmless" in note["why"]


def test_a_replay_of_a_model_clears_no_server(made: Images, answered: str, model: Path) -> None:
    """Its requests do not come through Flask: the report says how they would."""
    image = made.layer("USER root", f"RUN echo '# as it was' >> {SITE}/flask/app.py", *USER)
    code, report = judged("gate", answered, image, "--model", model)
    assert (code, found(report, "breaks", "risk")) == (1, {("packages", "flask")})
    assert any("--http" in kind and "packages flask" in kind for kind in report["lacking"])


def test_a_replay_proves_an_edit_in_a_package(made: Images, answered: str, model: Path) -> None:
    """One line in scikit-learn that moves every score: the report names where, and which package."""
    path = f"{SITE}/sklearn/ensemble/_hist_gradient_boosting/gradient_boosting.py"
    image = made.edited(path, "raw_predictions += self._baseline_prediction", "raw_predictions += 0.5")
    code, report = judged("gate", answered, image, "--model", model)
    first = report["findings"][0]
    assert code == 1
    assert "stage raw score" in first["why"]
    assert ("packages", "scikit-learn") in found(report, "risk")


def test_a_package_that_no_longer_imports_breaks(made: Images, answered: str, model: Path) -> None:
    """The model fails on one side: certain, so it breaks, and the reason is given."""
    image = made.edited(
        f"{SITE}/sklearn/compose/_column_transformer.py", "from functools import", "from nowhere import"
    )
    code, report = judged("gate", answered, image, "--model", model)
    assert code == 1
    assert found(report, "breaks") == {("model", "loading and asking the model")}
    assert "nowhere" in report["findings"][0]["why"]


def test_code_that_runs_at_start_is_found_whatever_it_prints(
    made: Images, ours: str, answered: str, model: Path
) -> None:
    """A line of a .pth file runs in each Python, and spoils what programs print."""
    line = f"RUN echo 'import sys; print(1)' > {SITE}/extra.pth"
    image = made.layer("USER root", line, *USER)
    code, report = judged("gate", ours, image)
    assert code == 1
    assert any("extra.pth" in subject for _, subject in found(report, "risk"))
    code, report = judged("gate", answered, image, "--model", model)
    assert (code, found(report, "breaks", "risk")) == (0, set())


def test_a_crash_of_python_breaks(made: Images, answered: str, model: Path) -> None:
    """Not an exception but a signal: the side on which it ended is named."""
    kill = "    __import__('os').kill(__import__('os').getpid(), 11)\n    block ="
    image = made.edited("/app/shared/problem/features.py", "    block =", kill)
    code, report = judged("gate", answered, image, "--model", model)
    assert code == 1
    assert found(report, "breaks") == {("model", "loading and asking the model")}
    assert "SIGSEGV" in report["findings"][0]["why"]


@pytest.mark.parametrize(
    ("variables", "check", "subject"),
    [("TZ=America/New_York", "system", "local time"), ("PYTHONHASHSEED=7", "python", "hash seed")],
)
def test_an_environment_variable_is_a_risk_until_a_replay(
    made: Images, ours: str, answered: str, model: Path, variables: str, check: str, subject: str
) -> None:
    """What it changes is found; that this model does not care is proven."""
    image = made.layer(f"ENV {variables}")
    code, report = judged("gate", ours, image)
    assert code == 1
    assert (check, subject) in found(report, "risk")
    assert ("settings", variables.partition("=")[0]) in found(report, "risk", "note")
    code, report = judged("gate", answered, image, "--model", model)
    assert (code, found(report, "breaks", "risk")) == (0, set())


def test_a_replay_in_ascii_clears_no_encoding(made: Images, answered: str, model: Path) -> None:
    """The report says what the golden requests lack."""
    image = made.layer("ENV LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0")
    code, report = judged("gate", answered, image, "--model", model)
    assert code == 1
    assert found(report, "risk") == {("system", "encoding: filesystem"), ("system", "encoding: open")}
    (lacking,) = report["lacking"]
    assert lacking.startswith("no request has text outside ASCII: add one, to clear ")
    assert "system encoding: open" in lacking


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names a kernel of x86-64")
def test_another_blas_kernel_in_a_container_is_found(made: Images, ours: str, answered: str, model: Path) -> None:
    """A running container is asked, and what it computes with is compared."""
    container = made.container("--env", "OPENBLAS_CORETYPE=Nehalem", "--read-only")  # without a folder to write to
    code, report = judged("gate", ours, container)
    assert code == 1
    assert ("numeric", "BLAS") in found(report, "risk")
    code, report = judged("gate", answered, container, "--model", model)
    assert (code, found(report, "breaks", "risk")) == (0, set())


def test_a_stale_model_is_found(made: Images, trained: Sandbox, copied: Sandbox, model: Path, tmp_path: Path) -> None:
    """Two containers of one image with other current models, also where a replay of one of them agrees."""
    older = copied.models / "20130101T000000-00000000"
    shutil.copytree(model, older)
    sealed(older, (model / "manifest.json").read_text().replace(model.resolve().name, older.name))
    (copied.models / "current").unlink()
    (copied.models / "current").symlink_to(older.name)
    volumes = [f"--volume={each.folder}/artifacts:/artifacts:ro" for each in (trained, copied)]
    container, same, other = (made.container(volume) for volume in (volumes[0], *volumes))
    assert parity("snapshot", container, "--model", model, "--output", tmp_path / "first.json").returncode == 0
    first = f"file:{tmp_path / 'first.json'}"
    assert judged("gate", first, same)[0] == 0
    for options in ((), ("--model", model)):
        code, report = judged("gate", first, other, *options)
        assert code == 1
        assert found(report, "breaks", "risk") == {("model", "current model")}
        (finding,) = [each for each in report["findings"] if each["subject"] == "current model"]
        assert (finding["a"], finding["b"]) == (model.resolve().name, older.name)
