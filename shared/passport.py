"""A model's passport as the gate reads it: as JSON, since a host has neither msgspec nor scikit-learn."""

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.errors import ParityError, printable

FORMAT = 3
MANIFEST, CURRENT = "manifest.json", "current"
"""Names in a model folder, and in the folder of models: the passport, and the link to the model that is served."""


class PassportError(ParityError):
    """A folder holds no model whose passport can be read."""


def read(model: Path) -> dict[str, Any]:
    """The passport of a model folder.

    Raises:
        PassportError: there is none, or it is damaged or of another format.
    """
    try:
        passport = json.loads((model / MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(passport, dict) or passport.get("format") != FORMAT:
            raise ValueError(f"expected a passport of format {FORMAT}")
        return passport
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(model, error) from error


def show(model: Path) -> str:
    """The passport for people, a fact on a line.

    Raises:
        PassportError: it cannot be read.
    """
    passport = read(model)
    try:
        lines = [f"{name + ':' if name else '':<14} {printable(text)}" for name, text in _facts(passport)]
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise damaged(model, error) from error
    wrap = textwrap.TextWrapper(118, subsequent_indent=" " * 15, break_on_hyphens=False, break_long_words=False)
    return "\n".join(part for line in lines for part in wrap.wrap(line)) + "\n"


def _facts(passport: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "model", passport["version"]
    yield "trained", passport["created"].partition(".")[0].replace("T", " ").rstrip("Z") + " UTC"
    for name, file in passport["files"].items():
        yield "file", f"{name}, {file['bytes']:,} bytes, sha256 {file['sha256']}"
    image = passport["image"]
    yield "image", f"{image['id']}, on {image['base']}"
    yield "revision", image["revision"]
    yield "lock", f"sha256 {image['lock_sha256']}"
    yield "contract", f"sha256 {passport['contract_sha256']}"
    yield from _data(passport["data"])
    parameters = passport["parameters"]
    model = ", ".join(f"{name} {value}" for name, value in parameters.get("model", {}).items())
    yield (
        "parameters",
        model + ("" if parameters.get("sample") is None else f"; sample of {parameters['sample']:,} rows"),
    )
    target, metrics = passport["target"], passport["metrics"]
    yield "target", f"{target['name']}, {target['description']} ({target['kind']})"
    yield "metrics", f"{_numbers(metrics['model'])}; {metrics['rows']:,} test rows{_truths(target, metrics)}"
    if "baseline" in metrics:
        yield "baseline", _numbers(metrics["baseline"])
    if passport["threshold"] is not None:
        yield "threshold", f"{target['positive']} from probability {passport['threshold']}"
    recorded = passport["golden"]
    yield "golden", f"{len(recorded['requests'])} requests, noise floor {recorded['noise_floor']:.1e}"
    yield (
        "noise",
        ", ".join(f"{name} {moved:.1e}" for name, moved in recorded.get("noise", {}).items()) or "not recorded",
    )
    yield from _environment(passport["environment"].get("facts", {}))


def _data(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "data", f"{data['name']}, sha256 {data['sha256']}"
    for name, file in data.get("files", {}).items():
        yield "", f"{name}, {file['rows']:,} rows, sha256 {file['sha256'][:12]}"


def _environment(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    def value(name: str) -> Any:
        return facts.get(name, {}).get("value")

    python, system, zone, cpu = (value(name) or {} for name in ("python", "system", "time_zone", "cpu"))
    if not facts:
        yield "environment", "not recorded"
        return
    yield (
        "environment",
        (
            f"{python.get('implementation')} {python.get('version')} on {system.get('name')}, {system.get('libc')}; "
            f"{cpu.get('architecture')}, {cpu.get('model')}"
        ),
    )
    blas = value("blas") or []
    pools = sorted({f"{pool.get('internal_api')} {pool.get('version')} {pool.get('architecture')}" for pool in blas})
    yield "arithmetic", "; ".join(pools) or "unknown"
    locale, encoding = value("locale") or {}, value("encoding") or {}
    yield "texts", f"locale {locale.get('effective')}, encoding {encoding.get('open')}, time zone {zone.get('winter')}"
    packages = value("packages") or {}
    yield "packages", ", ".join(f"{name} {package['version']}" for name, package in packages.items())


def _truths(target: dict[str, Any], metrics: dict[str, Any]) -> str:
    """What the test rows were, in short."""
    if target["kind"] == "binary":
        return f", {metrics['share']:.1%} {target['positive']}"
    if target["kind"] == "multiclass":
        return "".join(f", {share:.1%} {name}" for name, share in metrics["shares"].items())
    return f", {target['name']} {metrics['mean']:.4g} {target['unit']} on average"


def _numbers(metrics: dict[str, Any]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {value:.4f}" for name, value in metrics.items() if isinstance(value, float)
    )


def damaged(model: Path, error: Exception) -> PassportError:
    """What is to be raised where a passport is not what it should be."""
    return PassportError(
        f"{model} holds no model with a passport",
        evidence=f"{model / MANIFEST}: {type(error).__name__}: {error}",
        remedy="name a folder of a model, such as artifacts/models/current",
    )
