"""Answer a model's golden requests here, stage by stage: `python3 -m shared.compare.answer DIR`.

Runs in an environment of ours, through the code and the packages that serve there; the gate
pipes this file in, so nothing of ours is imported before it looks. Prints JSON: the answers of
each stage, which scorer gave them, the modules that were imported for them, the contract's hash, or why it failed.
"""

import contextlib
import gc
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import CodeType
from typing import Any


def main() -> int:
    """Answer for the model folder on the command line."""
    gc.disable()  # a tenth of the time that imports take, for garbage that goes with the process anyway
    if importlib.util.find_spec("shared") is None or importlib.util.find_spec("shared.artifact") is None:
        print("there is no module shared.artifact here", file=sys.stderr)
        return NOT_OURS
    with contextlib.redirect_stdout(sys.stderr):  # what is imported may print
        facts = answer(Path(sys.argv[1]))
    json.dump(facts, sys.stdout)
    return 0


def answer(folder: Path) -> dict[str, Any]:
    """The facts that only a replay can tell.

    Returns:
        `contract`, `model` (its version), `modules` (first names of those imported), `called` (functions
        of code that is not installed, by file), and either `failure` (what, evidence, remedy) or
        `scorer` (as `_scorer` has it) and `stages`: each stage's `columns` and `rows`, shape (golden requests,
        columns), in the order of computation; the last is what serves.
    """
    facts: dict[str, Any] = {}
    called = _watch()
    doing = "the code that serves cannot be imported"
    try:
        from shared import artifact, contract

        facts["contract"] = contract.sha256()
        doing = "the model cannot be loaded"
        contents = artifact.read(folder)
        model = artifact.unpack(contents)
        facts["model"] = model.passport.version
        doing = "the model loads, and fails at its first prediction"
        facts["stages"], facts["scorer"] = _stages(model, contents)
    except Exception as error:
        failure = {
            "what": getattr(error, "what", doing),
            "evidence": getattr(error, "evidence", f"{type(error).__name__}: {error}"),
            "remedy": getattr(error, "remedy", "serve it with the packages of its training, or train again: make dev"),
        }
        # The folder is here for this replay alone: files are called as they are in it.
        facts["failure"] = {name: text.replace(f"{folder}{os.sep}", "") for name, text in failure.items()}
    facts["modules"] = sorted({name.partition(".")[0] for name in sys.modules})
    facts["called"] = {path: sorted(lines) for path, lines in sorted(called.items())}
    return facts


def _watch() -> dict[str, set[int]]:
    """By file, first lines of the functions of code that is not installed, as they are called; 0 is the file."""
    called: dict[str, set[int]] = {}
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:  # before Python 3.12
        return called

    def started(code: CodeType, _: int) -> Any:
        path = code.co_filename
        if not path.startswith(("<", sys.base_prefix + "/lib/")) and "-packages/" not in path:
            called.setdefault(path, set()).add(0 if code.co_name == "<module>" else code.co_firstlineno)
        return monitoring.DISABLE

    monitoring.use_tool_id(monitoring.PROFILER_ID, "parity")
    monitoring.register_callback(monitoring.PROFILER_ID, monitoring.events.PY_START, started)
    monitoring.set_events(monitoring.PROFILER_ID, monitoring.events.PY_START)
    return called


def _stages(model: Any, contents: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The stages, and which scorer gave the last."""
    import msgspec
    import numpy as np

    from shared import columns, contract
    from shared.problem.target import TARGET

    rows = msgspec.convert(model.passport.golden.requests, list[contract.Row])
    computed = columns.features(rows)
    table = columns.table(computed)
    stages = {"features": _stage([str(name) for name in table.columns], table.to_numpy(dtype=object))}
    encoder, estimator = model.pipeline[:-1], model.pipeline[-1]
    encoded = encoder.transform(table)
    encoded = np.asarray(encoded.toarray() if hasattr(encoded, "toarray") else encoded, dtype="float64")
    stages["encoded"] = _stage([str(name) for name in encoder.get_feature_names_out()], encoded)
    if hasattr(estimator, "decision_function"):
        raw = np.asarray(estimator.decision_function(encoded), dtype="float64").reshape(len(rows), -1)
        stages["raw score"] = _stage(_numbered("raw score", raw.shape[1]), raw)
    name = "probability" if TARGET.are_probabilities else "prediction"
    compared, scores = _scorer(model, contents, computed)
    return {**stages, name: _stage(list(TARGET.columns), scores)}, compared


def _scorer(model: Any, contents: Any, columns: Any) -> tuple[dict[str, Any], Any]:
    """Ask what serves here, as the guard chooses it: a compiled form as long as it gives the pipeline's answers.

    Returns:
        `kind`, and where a compiled form was asked how far it is from the pipeline at most (`golden`, `drawn`) on
        `requests` golden requests and `rows` drawn, the `noise_floor`, and `refused`; and its scores of the columns.
    """
    from shared import artifact, scorer, settings

    pipeline, config = scorer.PipelineScorer(model.pipeline), settings.read()
    if contents.compiled is None or config.scorer == scorer.PIPELINE:
        return {"kind": scorer.PIPELINE}, pipeline.scores(columns)
    fast, passport = artifact.compiled_scorer(contents), model.passport
    drawn = scorer.draw(fast.form, passport.distribution.columns, scorer.DRAWN)
    compared = {
        "golden": scorer.apart(fast, pipeline, columns),
        "drawn": scorer.apart(fast, pipeline, drawn),
        "requests": len(passport.golden.requests),
        "rows": scorer.DRAWN,
        "noise_floor": passport.golden.noise_floor,
    }
    beyond = max(compared["golden"], compared["drawn"]) > passport.golden.noise_floor
    serves = pipeline if beyond and config.guard != "off" else fast
    return {"kind": serves.kind, "refused": serves is not fast, **compared}, serves.scores(columns)


def _numbered(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name} {number}" for number in range(count)]


def _stage(columns: list[str], values: Any) -> dict[str, Any]:
    rows = [[None if value != value else value for value in row] for row in values.tolist()]
    return {"columns": columns, "rows": rows}


NOT_OURS = 3
"""Exit code where there is no code of ours."""

if __name__ == "__main__":
    sys.exit(main())
