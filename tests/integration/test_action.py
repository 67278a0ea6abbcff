"""The GitHub Action's step, run as the runner runs it, against a server that stands for GitHub's API."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.support.gate import Images
from tests.lab.sandbox import ROOT

FOLDER = ROOT / ".github" / "actions" / "gate"
MARKER = "<!-- parity gate -->"


@dataclass
class Api:
    """The comments on one pull request.

    Attributes:
        status: to answer with, if it is an error.
    """

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def api() -> Iterator[Api]:
    """A server of its own."""
    state = Api()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
            state.tokens.add(self.headers["Authorization"])
            state.asked.append(f"{self.command} {self.path}")
            answer: Any = body
            if self.command == "GET":
                page = int(self.path.rpartition("page=")[2])
                answer = state.comments[100 * (page - 1) : 100 * page]
            elif state.status < 300 and self.command == "POST":
                state.comments.append({"id": 7, **body})
            elif state.status < 300:
                (found,) = [comment for comment in state.comments if self.path.endswith(f"/comments/{comment['id']}")]
                found.update(body)
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PATCH = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield state
        server.shutdown()


@dataclass(frozen=True)
class Step:
    """What a step did."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@dataclass(frozen=True)
class Runner:
    """Runs the step in a folder of its own, with the inputs' defaults from action.yml."""

    folder: Path
    api: Api

    def step(self, fork: bool = False, event: str = "pull_request", **inputs: str | Path) -> Step:
        """Run it with these inputs."""
        text = (FOLDER / "action.yml").read_text()
        names = dict(re.findall(r"^ +(INPUT_\w+): \$\{\{ inputs\.(\S+) }}$", text, re.MULTILINE))
        head = text.partition("\noutputs:")[0]
        defaults = dict(re.findall(r"^  (\S+):\n(?:    (?!default).*\n)*    default: (.*)$", head, re.MULTILINE))
        assert {*defaults} | {"image", "to"} == {*names.values()}, "each input reaches the step"
        values = {name: value.strip('"') for name, value in defaults.items()} | {"token": "secret-1"}
        values |= {name.replace("_", "-"): str(value) for name, value in inputs.items()}
        full = "someone/fork" if fork else "owner/shop"
        pull = {"pull_request": {"number": 5, "head": {"repo": {"full_name": full}}}}
        (self.folder / "event.json").write_text(json.dumps(pull))
        for name in ("output", "summary"):
            (self.folder / name).write_text("")
        environment = {
            "GITHUB_ACTION_PATH": str(FOLDER),
            "GITHUB_API_URL": self.api.url,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_REPOSITORY": "owner/shop",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.folder),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **{variable: values[name] for variable, name in names.items()},
        }
        (line,) = re.findall(r"^      run: (.*)$", text, re.MULTILINE)
        bash = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line]
        done = subprocess.run(bash, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300)
        outputs = dict(line.split("=", 1) for line in (self.folder / "output").read_text().splitlines())
        assert {*outputs} == {*re.findall(r"steps\.gate\.outputs\.(\S+) }}", text)}
        assert "Traceback" not in done.stderr, done.stderr
        assert "secret-1" not in done.stdout + done.stderr
        return Step(done.returncode, done.stdout + done.stderr, outputs, (self.folder / "summary").read_text())


@pytest.fixture
def runner(tmp_path: Path, api: Api) -> Runner:
    """A runner without a checkout of ours."""
    return Runner(tmp_path, api)


def test_parity_is_told_to_the_job(runner: Runner, api: Api, taken: Path) -> None:
    """Outputs and a summary; no comment unless one is wanted."""
    step = runner.step(image=f"file:{taken}", to=f"file:{taken}")
    assert step.code == 0
    assert step.outputs["verdict"] == "parity"
    assert (step.outputs["exit-code"], step.outputs["findings"], step.outputs["flipped"]) == ("0", "0", "")
    assert json.loads(Path(step.outputs["report-path"]).read_text())["exit_code"] == 0
    assert step.summary.startswith("### Parity: parity")
    assert api.asked == []


def test_a_difference_fails_the_step(runner: Runner, taken: Path, risky: Path, tmp_path: Path) -> None:
    """With files for code scanning and for test reports; what is trusted is side A."""
    files = {"sarif_file": tmp_path / "x.sarif", "junit_file": tmp_path / "x.xml"}
    step = runner.step(image=f"file:{risky}", to=f"file:{taken}", **files)
    assert step.code == 1
    assert (step.outputs["verdict"], step.outputs["findings"]) == ("broken", "1")
    assert json.loads(files["sarif_file"].read_text())["version"] == "2.1.0"
    assert "<testsuite" in files["junit_file"].read_text()
    assert json.loads(Path(step.outputs["report-path"]).read_text())["a"] == f"file:{taken}"
    assert runner.step(image=f"file:{risky}", to=f"file:{taken}", fail_on="breaks", summary="false").summary == ""


def test_outputs_agree_with_the_report_on_a_foreign_image(
    runner: Runner, made: Images, bare: str, tmp_path: Path
) -> None:
    """All answers move, one label flips: outputs, summary and exit code say what the JSON says."""
    code = (
        "import sys\nfor line in sys.stdin:\n    p = int(line) / 7{}\n    print(f'[{{p}}, {{str(p > 0.5).lower()}}]')\n"
    )
    sides = []
    for name, more in (("first", ""), ("other", " + 0.1")):
        (tmp_path / name).mkdir()
        files = {"score.py": code.format(more)}
        sides.append(made.layer("WORKDIR /srv", "COPY score.py .", base=bare, files=files, folder=tmp_path / name))
    (tmp_path / "golden.jsonl").write_text("1\n2\n3\n4\n")
    asked = {"golden": tmp_path / "golden.jsonl", "predict": "python3 -m score"}
    step = runner.step(to=sides[0], image=sides[1], **asked)
    report = json.loads(Path(step.outputs["report-path"]).read_text())
    assert report["measure"]["moved"] == 4
    assert (step.outputs["flipped"], report["measure"]["flipped"]) == ("1", 1)
    assert (step.code, step.outputs["exit-code"], report["exit_code"]) == (1, "1", 1)
    assert "1 of 4 golden labels flip" in step.summary
    serious = [finding for finding in report["findings"] if finding["severity"] != "note"]
    assert step.outputs["findings"] == str(len(serious))
    step = runner.step(to=sides[0], image=sides[1], tolerance="0.2", **asked)
    assert step.outputs["flipped"] == "1", "a label that flips is no number that moves"
    step = runner.step(to=sides[0], image=sides[0], **asked)
    assert (step.code, step.outputs["verdict"], step.outputs["flipped"]) == (0, "parity", "0")


def test_a_project_file_of_the_user_is_obeyed(runner: Runner, taken: Path, risky: Path) -> None:
    """That of the working folder, unless the input says otherwise."""
    (runner.folder / "parity.toml").write_text('fail-on = "breaks"\n')
    assert runner.step(image=f"file:{risky}", to=f"file:{taken}").code == 0
    assert runner.step(image=f"file:{risky}", to=f"file:{taken}", fail_on="risk").code == 1


def test_what_cannot_be_decided_fails_the_step(runner: Runner, taken: Path, risky: Path) -> None:
    """Nothing is left of the step before."""
    runner.step(image=f"file:{risky}", to=f"file:{taken}")
    step = runner.step(image="file:/no/such", to=f"file:{taken}", write_comment="true")
    assert step.code == 2
    assert (step.outputs["verdict"], step.outputs["exit-code"], step.outputs["report-path"]) == ("undecided", "2", "")
    assert "could not decide" in step.summary
    assert "holds no snapshot" in step.log


def test_one_comment_is_kept_up_to_date(runner: Runner, api: Api, taken: Path, risky: Path) -> None:
    """Found again behind a hundred others, and under 60 KB."""
    api.comments = [{"id": 1000 + number, "body": "looks good"} for number in range(120)]
    runner.step(image=f"file:{risky}", to=f"file:{taken}", write_comment="true")
    runner.step(image=f"file:{taken}", to=f"file:{taken}", write_comment="true")
    (ours,) = [comment["body"] for comment in api.comments if comment["body"] != "looks good"]
    assert ours.startswith(f"{MARKER}\n### Parity: parity")
    assert len(ours.encode()) < 60_000
    assert [request.partition(" ")[0] for request in api.asked] == ["GET", "GET", "POST", "GET", "GET", "PATCH"]
    assert api.tokens == {"Bearer secret-1"}


def test_a_long_comment_is_cut(runner: Runner, api: Api, taken: Path) -> None:
    """With the marker."""
    content = json.loads(taken.read_text())
    content["facts"]["files"]["value"] = {f"{number}/table.json": "f" * 64 for number in range(2000)}
    (runner.folder / "long.json").write_text(json.dumps(content))
    runner.step(image=f"file:{runner.folder / 'long.json'}", to=f"file:{taken}", write_comment="true")
    assert 50_000 < len(api.comments[0]["body"].encode()) < 60_000


def test_a_fork_gets_the_summary_only(runner: Runner, api: Api, taken: Path) -> None:
    """Its token may not write; nor is there anything to comment on when branches are pushed."""
    step = runner.step(image=f"file:{taken}", to=f"file:{taken}", write_comment="true", fork=True)
    assert (step.code, api.asked) == (0, [])
    assert step.summary
    assert "::notice::" in step.log
    runner.step(image=f"file:{taken}", to=f"file:{taken}", write_comment="true", event="push")
    assert api.asked == []


def test_a_comment_that_cannot_be_written_is_a_warning(runner: Runner, api: Api, taken: Path) -> None:
    """The verdict is the gate's."""
    api.status = 403
    step = runner.step(image=f"file:{taken}", to=f"file:{taken}", write_comment="true")
    assert step.code == 0
    assert "::warning::" in step.log
    assert "pull-requests: write" in step.log
