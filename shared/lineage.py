"""Where a model comes from, what changed since the one before it, and what it has answered.

From the passports in the folder of models and the prediction logs beside it; with the standard library alone.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from shared import passport, prediction_log
from shared.errors import printable

Inputs = Mapping[str, Mapping[str, str]]

ABBREVIATIONS = {"roc_auc": "ROC AUC", "rmse": "RMSE"}
MAX_LETTERS = 24
"""Of each fact in a graph."""
MARKUP = re.compile(r"[\"#&<>`\\]")
SERVED = """
SELECT count(*), count(DISTINCT request_id), min(time), max(time), count(truth) FROM joined WHERE model_version = ?
"""


def lineage(model: Path, logs: Sequence[Path] = ()) -> dict[str, Any]:
    """What is known of a model folder.

    Args:
        logs: prediction logs, or folders of them; the one beside the folder of models by default.

    Returns:
        `version`, `created`, `metrics`; `inputs`, by kind and name, as text; `before`, the models of the same folder
        that were trained earlier, newest first, each with the inputs that this one has otherwise, as (then, now);
        `served`, counts of the prediction logs and their first and last moment, None if there is no log.

    Raises:
        PassportError: it has no passport that can be read.
    """
    own = passport.read(model)
    try:
        made_from = inputs(own)
        metrics = {name: value for name, value in own["metrics"]["model"].items() if isinstance(value, float)}
        known = {"version": own["version"], "created": own["created"], "inputs": made_from, "metrics": metrics}
    except (AttributeError, KeyError, TypeError) as error:
        raise passport.damaged(model, error) from error
    return {
        **known,
        "before": list(_before(model, own, made_from)),
        "served": _served(own["version"], *(logs or [model.resolve().parent.parent / prediction_log.FOLDER])),
    }


def text(found: Mapping[str, Any]) -> str:
    """For people: inputs, then what changed from model to model, then what it has answered."""
    lines = [f"{found['version']}, trained {_moment(found['created'])}"]
    for kind, facts in found["inputs"].items():
        lines += [f"  {kind:<12} {f'{name}: ' if name else ''}{value}" for name, value in facts.items()]
    lines += [f"  {'metrics':<12} {name.replace('_', ' ')}: {value:.4f}" for name, value in found["metrics"].items()]
    lines.append(f"  {'served':<12} {served_text(found['served'])}")
    for earlier in found["before"]:
        lines.append(f"before it: {earlier['version']}, trained {_moment(earlier['created'])}")
        lines += [f"  {_name(kind, name)}: {then} became {now}" for kind, name, then, now in _changes(earlier)]
        if not earlier["changed"]:
            lines.append("  of the same inputs")
    return "\n".join(map(printable, lines)) + "\n"


def to_json(found: Mapping[str, Any]) -> str:
    """For machines."""
    return json.dumps(found, indent=2) + "\n"


def mermaid(found: Mapping[str, Any]) -> str:
    """As a graph, that GitHub and others draw: inputs to model, the model before it, what it has answered."""
    lines = ["flowchart LR", f"  model[{_label(found['version'], _metrics(found))}]"]
    for kind, facts in found["inputs"].items():
        shown = [f"{name} {value[:MAX_LETTERS]}".strip() for name, value in facts.items()]
        lines += [f"  {kind}({_label(kind, *shown)})", f"  {kind} --> model"]
    for number, earlier in enumerate(found["before"][:1]):
        changes = _label(f"changed: {', '.join(earlier['changed']) or 'nothing'}")
        lines += [f"  before{number}[{_label(earlier['version'])}]", f"  before{number} -- {changes} --> model"]
    if found["served"]:
        lines += [f"  served[({_label(served_text(found['served']))})]", "  model --> served"]
    return "\n".join(lines) + "\n"


def _label(*lines: str) -> str:
    """Lines as one label, in which nothing is markup: Mermaid reads entities as `#60;`."""
    return '"' + "<br>".join(MARKUP.sub(lambda found: f"#{ord(found[0])};", printable(line)) for line in lines) + '"'


FORMATS: dict[str, Callable[[Mapping[str, Any]], str]] = {"text": text, "json": to_json, "mermaid": mermaid}


def inputs(own: Mapping[str, Any]) -> Inputs:
    """What a passport says its model was made from, by kind and name."""
    data, image, facts = own["data"], own["image"], own["environment"].get("facts", {})
    folders = facts.get("code", {}).get("value") or {}
    return {
        "data": {
            "archive": f"{data['name']}, sha256:{data['sha256']}",
            **{name: f"{file['rows']:,} rows, sha256:{file['sha256']}" for name, file in data["files"].items()},
            "rows": f"{data['prepared']['kept']:,} of {data['prepared']['read']:,}",
        },
        "code": {
            "revision": image["revision"].replace("-dirty", ", with changes that are in no commit"),
            **{folder: f"sha256:{digest}" for folder, digest in folders.items() if isinstance(digest, str)},
        },
        "contract": {"": f"sha256:{own['contract_sha256']}"},
        "parameters": dict(_flat(own["parameters"])),
        "image": {"id": image["id"], "base": image["base"], "lock": f"sha256:{image['lock_sha256']}"},
    }


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value if isinstance(value, str) else json.dumps(value)


def _before(model: Path, own: Mapping[str, Any], made_from: Inputs) -> Iterator[dict[str, Any]]:
    """Each compared with the one after it."""
    others = []
    for path in model.resolve().parent.glob(f"*/{passport.MANIFEST}"):
        if path.parent.is_symlink():
            continue  # `current` is one of the others
        try:
            other = passport.read(path.parent)
            others.append((other["created"], other["version"], inputs(other)))
        except (passport.PassportError, AttributeError, KeyError, TypeError):
            continue  # of another format, or damaged: nothing is known of it
    after = made_from
    for created, version, theirs in sorted(others, reverse=True):
        if (created, version) < (own["created"], own["version"]):
            yield {"version": version, "created": created, "changed": changed(theirs, after)}
            after = theirs


def changed(then: Inputs, now: Inputs) -> dict[str, dict[str, tuple[str, str]]]:
    """The inputs that differ, as (then, now)."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for kind in now:
        for name in sorted({*then[kind], *now[kind]}):
            pair = then[kind].get(name, "nothing"), now[kind].get(name, "nothing")
            if pair[0] != pair[1]:
                found.setdefault(kind, {})[name] = pair
    return found


def _served(version: str, *places: Path) -> dict[str, Any] | None:
    paths = prediction_log.logs(*places)
    if not paths:
        return None
    try:
        with closing(prediction_log.connect(*paths)) as database:
            rows, requests, first, last, outcomes = database.execute(SERVED, (version,)).fetchone()
    except sqlite3.Error as error:
        return {"unknown": str(error)}
    return {"rows": rows, "requests": requests, "first": first, "last": last, "outcomes": outcomes}


def served_text(served: Mapping[str, Any] | None) -> str:
    """What a model has answered, in words."""
    if served is None:
        return "unknown: there is no prediction log"
    if "unknown" in served:
        return f"unknown: {served['unknown']}"
    if not served["rows"]:
        return "nothing yet"
    counts = f"{_count(served['rows'], 'row')} in {_count(served['requests'], 'request')}"
    period = f"from {_moment(served['first'])} to {_moment(served['last'])}"
    return f"{counts}, {served['outcomes']:,} with the truth; {period}"


def _count(number: int, of: str) -> str:
    return f"{number:,} {of}" if number == 1 else f"{number:,} {of}s"


def _changes(earlier: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for kind, names in earlier["changed"].items():
        for name, (then, now) in names.items():
            yield kind, name, then, now


def _name(kind: str, name: str) -> str:
    return f"{kind} {name}".strip()


def _metrics(found: Mapping[str, Any]) -> str:
    """The first of them, by which models are compared."""
    name, value = next(iter(found["metrics"].items()), ("no metric", float("nan")))
    return f"{ABBREVIATIONS.get(name, name.replace('_', ' '))} {value:.4f}"


def _moment(text: str) -> str:
    return text[:16].replace("T", " ") + " UTC"
