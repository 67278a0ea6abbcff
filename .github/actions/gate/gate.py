"""The step of the action: run the gate, then write what it found to the job and the pull request.

It reads what GitHub Actions sets (GITHUB_*), and the action's inputs (INPUT_*); the gate's own code is
that of the action's revision, so nothing is installed.
"""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
MARKER = "<!-- parity gate -->"
VERDICTS = {0: "parity", 1: "broken", 2: "undecided"}
PASSED = ("model", "golden", "http", "predict", "tolerance", "threshold", "label", "fail-on")
"""Inputs that are options of the gate."""
PULL_REQUESTS = ("pull_request", "pull_request_target")
REQUEST_SECONDS = 30
MOST_PAGES = 30


def main() -> int:
    """Exit as the gate does: 0 parity, 1 broken, 2 could not decide."""
    if sys.version_info < (3, 11):  # noqa: UP036  # a runner has what it has
        _error(
            f"the gate needs Python 3.11 or newer, and python3 is {sys.version.split()[0]}: use actions/setup-python"
        )
        return 2
    folder = Path(os.environ["RUNNER_TEMP"])
    report, text = folder / "parity.json", folder / "parity.md"
    for path in (report, text):  # of an earlier step
        path.unlink(missing_ok=True)
    code = subprocess.run(_command(report, text), env=_environment()).returncode
    if code not in VERDICTS:
        code = 2
    found = json.loads(report.read_text()) if report.exists() else None
    _outputs(code, found, report)
    summary = text.read_text() if text.exists() else "### Parity: could not decide\n\nThe job's log says why.\n"
    if _input("summary") == "true":
        _append("GITHUB_STEP_SUMMARY", summary)
    if _input("write-comment") == "true":
        _comment(f"{MARKER}\n{summary}")
    return code


def _command(report: Path, text: Path) -> list[str]:
    command = [sys.executable, "-m", "shared.parity", "gate", f"--report=json={report}", f"--report=markdown={text}"]
    command += [f"--{name}={_input(name)}" for name in PASSED if _input(name)]
    for name in ("sarif", "junit"):
        if _input(f"{name}-file"):
            command.append(f"--report={name}={_input(f'{name}-file')}")
    return [*command, "--", _input("to"), _input("image")]


def _environment() -> dict[str, str]:
    """No token for the gate, whose programs run what is in images."""
    kept = {name: value for name, value in os.environ.items() if name != "INPUT_TOKEN"}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}  # the working folder is the user's


def _outputs(code: int, found: dict[str, Any] | None, report: Path) -> None:
    findings = found["findings"] if found else []
    flipped = found["measure"].get("flipped") if found else None
    outputs = {
        "verdict": VERDICTS[code],
        "exit-code": code,
        "findings": sum(each["severity"] != "note" for each in findings),
        "flipped": "" if flipped is None else flipped,
        "report-path": report if found else "",
    }
    _append("GITHUB_OUTPUT", "".join(f"{name}={value}\n" for name, value in outputs.items()))


def _comment(body: str) -> None:
    """One comment, written anew each time; that it cannot be written is a warning, not the verdict."""
    if os.environ.get("GITHUB_EVENT_NAME") not in PULL_REQUESTS:
        return
    event = json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text())
    pull, repository = event["pull_request"], os.environ["GITHUB_REPOSITORY"]
    source = pull["head"]["repo"]  # None when the fork is gone
    if not source or source["full_name"] != repository:
        print("::notice::the pull request comes from a fork, so there is no comment: see the job summary")
        return
    issues = f"{os.environ['GITHUB_API_URL']}/repos/{repository}/issues"
    try:
        ours = _find(f"{issues}/{pull['number']}/comments")
        if ours:
            _ask("PATCH", f"{issues}/comments/{ours}", {"body": body})
        else:
            _ask("POST", f"{issues}/{pull['number']}/comments", {"body": body})
    except (OSError, ValueError) as error:
        hint = "; give the job `permissions: pull-requests: write`" if isinstance(error, urllib.error.HTTPError) else ""
        print(f"::warning::the comment could not be written: {error}{hint}")


def _find(comments: str) -> int | None:
    """The ID of our comment, by its marker."""
    for page in range(1, MOST_PAGES + 1):
        found = _ask("GET", f"{comments}?per_page=100&page={page}")
        for comment in found:
            if comment["body"].startswith(MARKER):
                return int(comment["id"])
        if len(found) < 100:
            break
    return None


def _ask(method: str, url: str, body: dict[str, str] | None = None) -> Any:
    headers = {"Accept": "application/vnd.github+json", "Authorization": f"Bearer {_input('token')}"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310  # GITHUB_API_URL
    with urllib.request.urlopen(request, timeout=REQUEST_SECONDS) as answer:  # noqa: S310
        return json.load(answer)


def _input(name: str) -> str:
    return os.environ.get(f"INPUT_{name.replace('-', '_').upper()}", "").strip()


def _append(variable: str, text: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(text)


def _error(text: str) -> None:
    print(f"::error::{text}")


if __name__ == "__main__":
    sys.exit(main())
