"""Ask one environment the golden requests, through a program of its own or through its server."""

import base64
import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.errors import ParityError
from shared.parity.replay.answers import Answer
from shared.parity.replay.requests import Requests, RequestsError, lines
from shared.parity.sources import docker
from shared.parity.sources.docker import DockerError
from shared.parity.sources.environment import Beside, Environment

POST = (Path(__file__).parent / "inside" / "post.py").read_text()
ENDING_SECONDS = 2.0
"""In which an engine notes that a container has ended, after what was run beside it."""
PRINT_JSON = "let it print one line of JSON for each line of standard input, and everything else on standard error"


def ask(requests: Requests, environment: Environment, times: int = 1) -> list[list[Answer]]:
    """The answers, one for each request, as often as they are asked for.

    Raises:
        ParityError: the program or the server fails, or does not answer each request.
    """
    if requests.http:
        return _served(requests, environment, times)
    return [_printed(requests, environment) for _ in range(times)]


def _printed(requests: Requests, environment: Environment) -> list[Answer]:
    given = "".join(text + "\n" for text in requests.texts).encode()
    try:
        output = environment.run(requests.words, given, seconds=requests.seconds)
    except DockerError as error:
        raise _by_hand(requests, environment, error) from error
    return received(requests, environment, output)


def received(requests: Requests, environment: Environment, output: str) -> list[Answer]:
    """The answers in what a program printed, or what asked a server.

    Raises:
        RequestsError: they are no JSON, or not one for each request.
    """
    if requests.http:
        return _responses(requests, environment, json.loads(lines(output)[-1]), "")
    printed = lines(output)
    name, answers = shlex.join(requests.words), []
    for number, line in enumerate(printed, 1):
        try:
            answers.append(Answer.line(line))
        except (ValueError, RecursionError):
            raise RequestsError(
                f"`{name}` does not print JSON in {environment}",
                evidence=f"line {number}: {line[:100]!r}",
                remedy=PRINT_JSON,
            ) from None
    if len(answers) != len(requests.texts):
        raise RequestsError(
            f"`{name}` gives {len(answers)} answers to {len(requests.texts)} requests in {environment}",
            evidence=f"its last line: {printed[-1][:100]!r}" if printed else "it printed nothing",
            remedy=PRINT_JSON,
        )
    return answers


def _by_hand(requests: Requests, environment: Environment, error: DockerError) -> ParityError:
    """The error of a program that failed, with how it was run, and the same to type."""
    if " failed in " not in error.what:
        return error
    if environment.kind == "container":
        command = ["docker", "exec", "-i", environment.name, *requests.words]
        evidence = error.evidence
    else:
        first, *others = requests.words
        sealed = ["docker", "run", "--rm", "-i", "--network=none", "--read-only", "--tmpfs=/tmp", "--env=HOME=/tmp"]
        command = [*sealed, f"--entrypoint={first}", environment.name, *others]
        evidence = f"{error.evidence} (it was run read-only and without a network)"
    by_hand = f"{shlex.join(command)} < {shlex.quote(requests.file)}"
    return RequestsError(error.what, evidence=evidence, remedy=f"try by hand: {by_hand}")


def _served(requests: Requests, environment: Environment, times: int) -> list[list[Answer]]:
    config = docker.inspected(environment.kind, environment.name)["Config"]
    if not config.get("Cmd") and not config.get("Entrypoint"):
        raise RequestsError(
            f"{environment} starts no command, so there is no server to ask",
            evidence="it has neither ENTRYPOINT nor CMD",
            remedy="set CMD to what serves; or name a program that answers: --predict COMMAND",
        )
    with environment.serving() as beside:
        return [_posted(requests, environment, beside) for _ in range(times)]


def _posted(requests: Requests, environment: Environment, beside: Beside) -> list[Answer]:
    method, _, path = requests.http.partition(" ")
    arguments = ["-c", POST, method, path, str(requests.port), str(requests.seconds)]
    given = "".join(text + "\n" for text in requests.texts).encode()
    try:
        output = beside.python(arguments, given, "the requests over HTTP", requests.seconds + 10)
        answered = json.loads(lines(output)[-1])
    except DockerError as error:
        if not beside.ended(within=ENDING_SECONDS):
            raise
        answered = {"error": error.evidence}
    ended = beside.ended() if "error" in answered else ""
    return _responses(requests, environment, answered, ended or "")


def _responses(requests: Requests, environment: Environment, answered: dict[str, Any], ended: str) -> list[Answer]:
    if "error" in answered:
        method, _, path = requests.http.partition(" ")
        raise RequestsError(
            f"the server of {environment} does not answer {requests.http}",
            evidence=ended or answered["error"],
            remedy=f"more time by --timeout SECONDS, another port by --http '{method} :PORT{path}'; "
            "it was run read-only and without a network",
        )
    answers = [
        Answer.response(status, kind, base64.b64decode(body).decode("utf-8", errors="surrogateescape"))
        for status, kind, body in answered["answers"]
    ]
    _check(requests, environment, answers)
    return answers


def _check(requests: Requests, environment: Environment, answers: Sequence[Answer]) -> None:
    """Nothing, unless the server refuses every request, which says nothing of its answers."""
    if all(answer.status >= 400 for answer in answers):
        raise RequestsError(
            f"the server of {environment} refuses each of the {len(answers)} requests to {requests.http}",
            evidence=f"status {answers[0].status}: {answers[0].text[:200]}",
            remedy="correct the path of --http, or the bodies in the golden file",
        )
