"""The files of a problem, from templates beside this module."""

import hashlib
import json
from pathlib import Path
from string import Template
from typing import Any

from shared.new.code import bracketed, call, comment, literal
from shared.new.fields import PLAIN, Field
from shared.new.problem import BROKEN, Problem

TEMPLATES = Path(__file__).with_name("templates")
ROW, ROWS = "row", "rows"
DECLARED = {"boolean": "bool", "whole": "int", "number": "float", "text": "str", "time": "dt.datetime"}
FACTORIES = {
    "boolean": "flag",
    "whole": "number",
    "number": "number",
    "listed": "category",
    "text": "text",
    "time": "time",
}
"""Of `shared.declare`."""
PARTS = "Parts of times are UTC's: weekdays begin with 0 for Monday, days are counted from 0001-01-01."
SOME_TIME = "2000-01-01T00:00:00+00:00"
THRESHOLD = """[evaluate]
threshold = "best F1"     # yes from the probability on that has the best F1 score; or a fixed one

"""
KINDS = {
    "binary": ("Binary", "which value is positive, and the words"),
    "multiclass": ("Multiclass", "the classes"),
    "regression": ("Regression", "the unit"),
}
"""Of `shared.target`, and what of each is a guess."""


def files(problem: Problem, project: str, url: str) -> dict[str, str]:
    """The text of each file, by its path in the project.

    Args:
        project: its name.
        url: of the table: a path from the project's root, or an address.
    """
    table = f"{project}.csv"
    common = {"file": problem.path.name, "row": ROW, "rows": ROWS, "table": literal(table)}
    content = {
        "shared/problem/contract.py": _contract(problem),
        "shared/problem/features.py": _features(problem),
        "shared/problem/target.py": _target(problem),
        "shared/problem/words.py": _words(problem),
        "dev/problem/collect.py": _collect(problem, project, url),
        "dev/problem/prepare.py": _prepare(problem),
        "dev/problem/estimator.py": _estimator(problem),
        "dev/problem/params.toml": _params(problem),
    }
    made = {}
    for path, values in content.items():
        template = Template((TEMPLATES / f"{Path(path).name}.template").read_text())
        made[path] = template.substitute(common | values)
    sample = {"instances": [problem.sample]}
    made["shared/problem/sample_request.json"] = json.dumps(sample, indent=2, ensure_ascii=False) + "\n"
    return made


def _contract(problem: Problem) -> dict[str, str]:
    kinds = {field.kind for field in problem.fields}
    declared = sorted({FACTORIES[kind] for kind in kinds})
    typing = ["Annotated", "Any", *(["Literal"] if "listed" in kinds else [])]
    lines = [*(["import datetime as dt"] if "time" in kinds else []), f"from typing import {', '.join(typing)}", ""]
    lines += ["from shared import declare", f"from shared.declare import {', '.join(declared)}", ""]
    return {
        "imports": "\n".join(lines),
        "fields": "\n".join(_declared(field, problem) for field in problem.fields),
        "time": literal(problem.time) if problem.time else "None",
        "time_type": "" if problem.time else ": str | None",
    }


def _declared(field: Field, problem: Problem) -> str:
    described = literal(field.header or field.name)
    null = " | None" if field.nullable else ""
    if field.kind == "listed":
        kind = bracketed("Literal[", [literal(value) for value in field.values], "]", 8)
        meta = f"category({described})"
    elif field.kind in ("whole", "number"):
        kind, meta = DECLARED[field.kind], f"number({literal(field.unit)}, {field.low}, {field.high}, {described})"
    elif field.kind == "time":
        kind, meta = (
            DECLARED["time"],
            f"time({described}, {literal(problem.sample[field.name] or SOME_TIME)})",
        )
    elif field.kind == "text":
        kind, meta = DECLARED["text"], f"text({field.longest}, {described})"
    else:
        kind, meta = DECLARED["boolean"], f"flag({described})"
    unit = "the unit, " if field.kind in ("whole", "number") else ""
    unit = "that it has no unit, " if unit and field.unit == PLAIN else unit
    confirm = comment(f"confirm: {unit}{field.seen}" if unit or field.seen else "confirm", 4)
    return f"    {confirm}\n" + bracketed(f"    {field.name}: Annotated[", [kind, meta], f"]{null}", 4)


def _features(problem: Problem) -> dict[str, str]:
    categorical = [field.name for field in problem.fields if field.kind in ("listed", "text")]
    times = [field for field in problem.fields if field.kind == "time"]
    computed: dict[str, str] = {}
    for field in times:
        nothing = f" if row.{field.name} else None" if field.nullable else ""
        moment = f"row.{field.name}.astimezone(dt.UTC)"
        if field.clock:
            computed[f"{field.name}_hour"] = f"{moment}.hour{nothing}"
        computed[f"{field.name}_weekday"] = f"{moment}.weekday(){nothing}"
        if field.years:
            computed[f"{field.name}_month"] = f"{moment}.month{nothing}"
        if field.name != problem.time:
            computed[f"{field.name}_day"] = f"{moment}.toordinal(){nothing}"
    numeric = [field.name for field in problem.fields if field.kind in ("boolean", "whole", "number")] + [*computed]
    lines = [
        *(["import datetime as dt"] if times else []),
        "from collections.abc import Sequence",
        "from typing import Any",
        "",
    ]
    lines += ["from shared.problem.contract import Row"]
    body = ["    return {name: [getattr(row, name) for row in rows] for name in (*CATEGORICAL, *NUMERIC)}"]
    if computed:
        parts = [f'        "{name}": [{part} for row in rows],' for name, part in computed.items()]
        body = ["    computed: dict[str, list[Any]] = {", *parts, "    }", "    return {"]
        body += ["        name: computed[name] if name in computed else [getattr(row, name) for row in rows]"]
        body += ["        for name in (*CATEGORICAL, *NUMERIC)", "    }"]
    return {
        "imports": "\n".join(lines),
        "categorical": bracketed(
            "CATEGORICAL: tuple[str, ...] = (", [literal(name) for name in categorical], ")", trailing=True
        ),
        "numeric": bracketed("NUMERIC: tuple[str, ...] = (", [literal(name) for name in numeric], ")", trailing=True),
        "computed_words": f"\n        {PARTS}" if computed else "",
        "body": "\n".join(body),
    }


def _target(problem: Problem) -> dict[str, str]:
    target = problem.target
    described = literal(f"{target.header} of {problem.path.name}")
    parts = [f"name={literal(target.name)}"]
    if target.kind == "binary":
        parts += [f"positive={literal(target.positive)}", f"negative={literal(target.negative)}"]
        described = literal(f"that {target.header} is {target.classes[0]}")
    elif target.kind == "multiclass":
        parts.append(bracketed("classes=(", [literal(name) for name in target.classes], ")", 4))
    else:
        parts.append(f"unit={literal(PLAIN)}")
    parts.append(f"description={described}")
    kind, guessed = KINDS[target.kind]
    inner = "".join(f"    {part},\n" for part in parts)
    made = f"# confirm: {guessed}\nTARGET: Target = {kind}(\n{inner})"
    return {"imported": f"{kind}, Target", "target": made}


def _words(problem: Problem) -> dict[str, str]:
    name = problem.target.header or problem.target.name
    return {
        "title": literal(f"What will {name} be?"),
        "summary": literal(f"Predict {name}"),
        "lead": literal(f"One {ROW} of {problem.path.name}, and what the model says of {name}."),
    }


def _collect(problem: Problem, project: str, url: str) -> dict[str, str]:
    digest = hashlib.sha256()
    with problem.path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return {
        "data": literal(project),
        "url": literal(url),
        "sha256": digest.hexdigest(),
        "size": f"{problem.path.stat().st_size:_}",
        "count": f"{problem.rows:,}",
    }


def _prepare(problem: Problem) -> dict[str, str]:
    target = problem.target
    columns = [(field.name, field.header, field.reading) for field in problem.fields]
    columns.append((target.name, target.header, target.reading))
    used = sorted({type(reading).__name__ for _, _, reading in columns} | {"Form", "Reading"})
    parts = [f"    {literal(name)}: ({literal(header)}, {call(reading)}),\n" for name, header, reading in columns]
    form: list[Any] = [
        f"{name}={literal(getattr(problem.form, name))}" for name in ("encoding", "delimiter", "missing")
    ]
    left_out = [comment(f"Left out: {name or '(no name)'}: {reason}.") for name, reason in problem.left_out]
    return {
        "imported": ", ".join(used),
        "order": f"ORDER = ({literal(problem.time)},)" if problem.time else "ORDER: tuple[str, ...] | None = None",
        "form": bracketed("FORM = Form(", form, ")"),
        "columns": f"COLUMNS: dict[str, tuple[str, Reading]] = {{\n{''.join(parts)}}}",
        "left_out": "".join(f"{line}\n" for line in left_out),
    }


def _estimator(problem: Problem) -> dict[str, str]:
    number = problem.target.kind == "regression"
    return {
        "model": f"HistGradientBoosting{'Regressor' if number else 'Classifier'}",
        "folds": "KFold" if number else "StratifiedKFold",
    }


def _params(problem: Problem) -> dict[str, str]:
    return {
        "broken": str(BROKEN),
        "split": "\n".join(problem.split.lines),
        "leaf": str(max(5, min(20, problem.rows // 100))),
        "evaluate": THRESHOLD if problem.target.kind == "binary" else "",
        "window": str(problem.split.window),
    }
