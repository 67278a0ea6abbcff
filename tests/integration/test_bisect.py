"""The search for what changes predictions, on real images: packages, pairs, variables, and what lies outside."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness.gate import USER, Images, images, parity
from tests.harness.sandbox import ROOT, Sandbox

SITE = "/opt/venv/lib/python3.13/site-packages"
# Files of packages: harmless comments in four, and edits that move answers alone, or only together.
DECOYS = ("joblib/__init__.py", "blinker/__init__.py", "click/__init__.py", "itsdangerous/__init__.py")
BOOSTING = f"{SITE}/sklearn/ensemble/_hist_gradient_boosting/gradient_boosting.py"
SCORE = ("raw_predictions += self._baseline_prediction", "raw_predictions += self._baseline_prediction + {}")


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


def edited(made: Images, *lines: str, score: str = "", decoys: tuple[str, ...] = DECOYS) -> str:
    """An image with comments in decoys, and another term in the model's score."""
    edits = [f"echo '# as it was' >> {SITE}/{path}" for path in decoys]
    if score:
        edits.append(f"sed -i 's/{SCORE[0]}/{SCORE[1].format(score)}/' {BOOSTING}")
    return made.layer("USER root", "RUN " + " && ".join(edits), *lines, *USER)


def bisected(*arguments: str | Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON result, and what was told meanwhile."""
    done = parity("bisect", *arguments, "--format", "json")
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["exit_code"] == done.returncode
    return done.returncode, found, done.stderr


def culprits(found: dict[str, Any]) -> list[set[str]]:
    """What each cause consists of."""
    return [{f"{each['check']}: {each['subject']}" for each in cause["members"]} for cause in found["causes"]]


def test_one_edited_package_among_harmless_ones_is_found(made: Images, model: Path) -> None:
    """With the measured effect, the rest cleared, a line for each step; and no container is left."""
    code, found, told = bisected(made.ours, edited(made, score="0.4"), "--model", model)
    assert (code, found["verdict"], found["differences"]) == (1, "found", 5)
    assert culprits(found) == [{"packages: scikit-learn"}]
    step = found["causes"][0]["step"]
    assert step["flipped"] > 0
    assert step["largest"] > 0.01
    assert step["as_other"]
    assert found["cleared"] == 4
    assert told.count("\nparity: ") == len(found["steps"])


def test_two_that_act_only_together_are_found_as_a_pair(made: Images, model: Path) -> None:
    """A package that obeys a flag which another package sets; each alone changes nothing."""
    flag = f"RUN echo 'parity_test_flag = 0.4' >> {SITE}/threadpoolctl.py"
    score = '(getattr(__import__("threadpoolctl"), "parity_test_flag", 0.0))'
    code, found, _ = bisected(made.ours, edited(made, flag, score=score, decoys=DECOYS[:2]), "--model", model)
    assert code == 1
    assert culprits(found) == [{"packages: scikit-learn", "packages: threadpoolctl"}]
    alone = [step for step in found["steps"] if len(step["taken"]) == 1]
    assert {step["symptom"] for step in alone} == {""}


def test_a_failure_and_code_and_a_variable_are_told_apart(made: Images, model: Path) -> None:
    """A variable that makes the project's edited code fail is the cause together with it; the package is not."""
    broken = "    if __import__('os').environ.get('PARITY_TEST_FLAG'): raise ValueError('told to fail')\n    block ="
    image = made.layer(
        "USER root",
        f"RUN {json.dumps(['python3', '-c', _replace('/app/shared/features.py', '    block =', broken)])}",
        f"RUN echo '# as it was' >> {SITE}/joblib/__init__.py",
        "ENV PARITY_TEST_FLAG=1",
        *USER,
    )
    code, found, _ = bisected(made.ours, image, "--model", model)
    assert code == 1
    assert culprits(found) == [{"code: shared", "settings: PARITY_TEST_FLAG"}]
    assert "told to fail" in found["causes"][0]["step"]["symptom"]
    code, turned, told = bisected(image, made.ours, "--model", model)
    assert (code, culprits(turned)) == (1, culprits(found))
    assert "the model fails in" in told


def _replace(path: str, old: str, new: str) -> str:
    return (
        f"from pathlib import Path; p = Path({path!r}); t = p.read_text(); assert {old!r} in t; "
        f"p.write_text(t.replace({old!r}, {new!r}))"
    )


def test_a_cause_outside_is_said_to_be_outside(made: Images, model: Path) -> None:
    """Python's own library is edited: no package is blamed, and what the gate found besides is named."""
    find = "$(python3 -c 'import numbers; print(numbers.__file__)')"
    image = edited(made, f"RUN echo 'raise ImportError(\"told to fail\")' >> {find}", "ENV TZ=UTC", decoys=DECOYS[:1])
    code, found, _ = bisected(made.ours, image, "--model", model)
    assert (code, found["verdict"], found["causes"]) == (1, "outside", [])
    assert found["cleared"] == found["differences"] == 2
    assert found["outside"]


def test_no_difference_in_predictions_is_said(made: Images, model: Path) -> None:
    """Harmless edits: nothing to search for."""
    code, found, _ = bisected(made.ours, edited(made), "--model", model)
    assert (code, found["verdict"], found["steps"]) == (0, "none", [])


def test_a_running_container_is_searched_and_left_as_it_is(made: Images, model: Path) -> None:
    """A copy of it is changed, with the variables that it was started with."""
    container = made.container("--env", "PARITY_TEST_FLAG=1")
    image = edited(made, score="0.4", decoys=DECOYS[:1])
    code, found, _ = bisected(container, image, "--model", model)
    assert (code, culprits(found)) == (1, [{"packages: scikit-learn"}])
    assert bisected(container, made.ours, "--model", model)[0] == 0


def test_time_that_does_not_suffice_is_told(made: Images, model: Path) -> None:
    """Exit code 2, and what is known by then."""
    code, found, _ = bisected(made.ours, edited(made, score="0.4"), "--model", model, "--timeout", "1")
    assert (code, found["verdict"]) == (2, "undecided")
    assert "--timeout" in found["notes"][-1]


def test_what_cannot_be_searched_is_told(made: Images, model: Path) -> None:
    """An image without Python, one without the project's code, a file, and the command line."""
    foreign = made.layer("USER root", "RUN rm -r /app/shared", *USER)
    for source, told in (
        (made.empty(), "has no Python"),
        (foreign, "cannot replay the model"),
        ("file:README.md", "cannot run anything"),
    ):
        done = parity("bisect", made.ours, source, "--model", model)
        assert done.returncode == 2
        assert told in done.stderr
        assert "remedy: " in done.stderr
    assert "ddmin" in parity("explain", "bisect").stdout
