"""The search for what changes predictions, on real images: releases, edits, a pair, and what lies outside."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.integration.support.gate import USER, Images, parity
from tests.lab import assets, images

SITE = "/opt/venv/lib/python3.13/site-packages"
BOOSTING = f"{SITE}/sklearn/ensemble/_hist_gradient_boosting/gradient_boosting.py"
SCORE = "raw_predictions += self._baseline_prediction"


def bisected(*arguments: str | Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON result, and its progress."""
    done = parity("bisect", *arguments, "--format", "json")
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["exit_code"] == done.returncode
    return done.returncode, found, done.stderr


def culprits(found: dict[str, Any]) -> list[set[str]]:
    """What each cause consists of."""
    return [{f"{each['check']}: {each['subject']}" for each in cause["members"]} for cause in found["causes"]]


def test_the_release_that_matters_is_found_among_those_that_do_not(model: Path) -> None:
    """Six packages of another release: the model does not load because of one."""
    ours = assets.product()
    images.ensure(["releases"], ours)
    code, found, progress = bisected(f"image:{ours}", f"image:{images.REPOSITORY}:releases", "--model", model)
    assert (code, found["verdict"], found["differences"], found["cleared"]) == (1, "found", 6, 5)
    assert culprits(found) == [{"packages: scikit-learn"}]
    assert found["causes"][0]["step"]["as_other"]
    assert "cannot be loaded" in found["causes"][0]["step"]["symptom"]
    assert all(f"parity: {number}. " in progress for number in range(1, len(found["steps"]) + 1))


def test_an_edit_that_matters_is_separated_from_one_that_does_not_in_a_container(made: Images, model: Path) -> None:
    """With the measured effect; the container is left as it is, and none is left besides."""
    edits = f"sed -i 's/{SCORE}/{SCORE} + 0.4/' {BOOSTING} && echo '# as it was' >> {SITE}/joblib/__init__.py"
    image = made.layer("USER root", f"RUN {edits}", *USER)
    container = made.container("--env", "PARITY_TEST_FLAG=1")
    code, found, _ = bisected(container, image, "--model", model)
    assert (code, found["verdict"]) == (1, "found")
    assert culprits(found) == [{"packages: scikit-learn"}]
    step = found["causes"][0]["step"]
    assert step["flipped"] > 0
    assert step["largest"] > 0.01
    listed = ["docker", "container", "ls", "--all", "--filter=name=parity-bisect", "--format={{.Image}}"]
    assert made.base not in subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    changed = ["docker", "container", "diff", container.partition(":")[2]]
    assert subprocess.run(changed, check=True, capture_output=True, text=True).stdout == ""


def test_a_pair_is_found_whichever_side_fails(made: Images, model: Path) -> None:
    """A variable, and the project's edited code that fails where it is set; each alone changes nothing."""
    broken = "    if __import__('os').environ.get('PARITY_TEST_FLAG'): raise ValueError('made to fail')\n    block ="
    edited = made.edited("/app/shared/problem/features.py", "    block =", broken).partition(":")[2]
    image = made.layer("ENV PARITY_TEST_FLAG=1", base=edited)
    code, found, progress = bisected(image, made.ours, "--model", model)
    assert code == 1
    assert culprits(found) == [{"code: shared", "settings: PARITY_TEST_FLAG"}]
    assert "made to fail" in found["causes"][0]["step"]["symptom"]
    assert {step["symptom"] for step in found["steps"] if len(step["taken"]) == 1} == {""}
    assert "the model fails in" in progress


def test_a_cause_outside_is_reported_as_outside(made: Images, model: Path) -> None:
    """Python's own library is edited: no package is blamed, and what the gate found besides is named."""
    find = "$(python3 -c 'import numbers; print(numbers.__file__)')"
    edits = f"RUN echo 'raise ImportError(\"made to fail\")' >> {find} && echo '#' >> {SITE}/click/__init__.py"
    code, found, _ = bisected(made.ours, made.layer("USER root", edits, "ENV TZ=UTC", *USER), "--model", model)
    assert (code, found["verdict"], found["causes"]) == (1, "outside", [])
    assert found["cleared"] == found["differences"] == 2
    assert found["outside"]


def test_where_nothing_differs_there_is_nothing_to_search_for(made: Images, model: Path) -> None:
    """Exit code 0."""
    code, found, _ = bisected(made.ours, made.ours, "--model", model)
    assert (code, found["verdict"], found["steps"]) == (0, "none", [])


def test_what_cannot_be_searched_is_refused(made: Images, model: Path) -> None:
    """An image without Python, one without the project's code, a file, and the command line."""
    foreign = made.layer("USER root", "RUN rm -r /app/shared", *USER)
    for source, expected in (
        (made.empty(), "has no Python"),
        (foreign, "cannot replay the model"),
        ("file:README.md", "cannot run anything"),
    ):
        done = parity("bisect", made.ours, source, "--model", model)
        assert done.returncode == 2
        assert expected in done.stderr
        assert "remedy: " in done.stderr
    assert "ddmin" in parity("explain", "bisect").stdout
