"""Snapshots of environments, and answers of models in them."""

import json
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.compare import answer
from shared.compare.facts import FORMAT
from shared.parity.sources import boot
from shared.parity.sources.boot import Seen
from shared.parity.sources.bundle import bundle
from shared.parity.sources.docker import DockerError
from shared.parity.sources.environment import Environment

SNAPSHOT = "snapshot"
ANSWER = "answer.py"
NEEDED = {"python", "packages", "code", "files", "variables", "system"}
"""Facts without which a snapshot is none."""
MAX_SHOWN = 200


def snapshot(environment: Environment) -> dict[str, Any]:
    """The facts of an environment, with the ID of its image and what serves.

    Raises:
        DockerError: no such environment, or no Python in it that can run the program.
    """
    return _facts(environment, boot.look(environment, {SNAPSHOT: bundle()}))


def replayed(environment: Environment, model: Path) -> dict[str, Any]:
    """The same, and the facts of a replay of a model's golden requests there, as `answer.py` gives them.

    Raises:
        DockerError: the same; or there is no code of ours.
    """
    seen = boot.look(environment, {SNAPSHOT: bundle(), ANSWER: _answer()}, model)
    facts = _facts(environment, seen)
    answers = _answers(environment, seen.results[ANSWER])
    modules, packages = set(answers.pop("modules", ())), facts["packages"]["value"] or {}
    if modules and packages:
        answers["loaded"] = [name for name, package in packages.items() if modules.intersection(package["modules"])]
    how = "replay of the golden requests"
    return {**facts, **{name: {"value": value, "how": how} for name, value in answers.items()}}


def answered(
    environment: Environment, model: Path, seconds: float, variables: Mapping[str, str | None], first: Sequence[str]
) -> dict[str, Any]:
    """The answers alone, as `answer.py` gives them, within seconds.

    Args:
        variables: that it has; unset where None.
        first: arguments of Python for a program that becomes Python with the arguments that follow.

    Raises:
        DockerError: no such environment; or there is no code of ours.
    """
    seen = boot.look(environment, {ANSWER: _answer()}, model, seconds, variables, first)
    return _answers(environment, seen.results[ANSWER])


def checked(content: Any) -> dict[str, Any]:
    """The facts of a snapshot.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is none.
    """
    if content["format"] != FORMAT:
        raise ValueError(f"expected format {FORMAT}, got {content['format']!r}")
    facts: dict[str, Any] = content["facts"]
    if not all("value" in fact for fact in facts.values()):
        raise ValueError("expected a value in each fact")
    missing = sorted(NEEDED - {name for name, fact in facts.items() if fact["value"] is not None or "unknown" in fact})
    if missing:
        raise ValueError(f"it has no facts of {', '.join(missing)}")
    return facts


def _answer() -> bytes:
    return Path(answer.__file__).read_bytes()


def _facts(environment: Environment, seen: Seen) -> dict[str, Any]:
    environment.remember(seen)
    result = seen.results.get(SNAPSHOT) or {"code": 1, "printed": "", "reason": "nothing was run"}
    if result["code"]:
        raise boot.too_old(environment, str(result.get("version", ""))) or DockerError(
            f"the Python of {environment} takes no snapshot",
            evidence=f"{seen.python}: {result['reason'][:MAX_SHOWN] or result['code']}",
            remedy=f"try by hand whether {seen.python} starts; or name another one: --python PATH",
        )
    try:
        content = json.loads(str(result["printed"]).splitlines()[-1])
        old = boot.too_old(environment, str(content.get("error", "")))
        if old:
            raise old
        facts = checked(content)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise boot.nothing(environment, str(result["printed"]), error) from error
    serving = {"python": seen.python, "command": list(seen.command), "found": list(seen.steps)}
    serving.update(unseen=list(seen.unseen), hidden=list(seen.hidden))
    how = "/proc of PID 1 and those below it" if environment.kind == "container" else "docker image inspect, followed"
    image = {"value": boot.origin(environment).image, "how": f"docker {environment.kind} inspect"}
    return {**facts, "image": image, "serving": {"value": serving, "how": how}}


def _answers(environment: Environment, answered: Mapping[str, Any]) -> dict[str, Any]:
    if answered["code"] == -signal.SIGALRM:
        return {"failure": {"what": "the model gives no answer", "evidence": answered["reason"], "remedy": _MEND}}
    if answered["code"] < 0:
        evidence = f"{signal.Signals(-answered['code']).name} while it answered golden requests"
        return {"failure": {"what": "Python crashes", "evidence": evidence, "remedy": _MEND}}
    if answered["code"]:
        raise DockerError(
            f"{environment} cannot replay the model",
            evidence=answered["reason"],
            remedy="leave out --model; or replay through a program of its own: --golden FILE --predict COMMAND",
        )
    try:
        return dict(json.loads(answered["printed"].splitlines()[-1]))
    except (ValueError, IndexError, TypeError) as error:
        raise boot.nothing(environment, answered["printed"], error) from error


_MEND = "install its packages anew from the lock file with hashes, for this CPU; more memory if it was killed"
