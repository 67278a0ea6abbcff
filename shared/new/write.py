"""The files of a problem, from templates beside this module."""

import hashlib
import json
from pathlib import Path
from string import Template
from typing import Any

from shared.new import names
from shared.new.code import WIDTH, bracketed, call, comment, literal, spread, wrapped
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
UTC = """


def _utc(times: Iterable[dt.datetime | None]) -> list[dt.datetime | None]:
    return [time and time.astimezone(dt.UTC) for time in times]"""
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
    unit = "the unit, " if field.kind in ("whole", "number") else ""
    unit = "that it has no unit, " if unit and field.unit == PLAIN else unit
    confirm = comment(f"confirm: {unit}{field.seen}" if unit or field.seen else "confirm", 4)
    return f"    {confirm}\n    {field.name}: {_annotated(field, problem)}"


def _annotated(field: Field, problem: Problem) -> str:
    """A field's type: behind its name, or in brackets of its own where it is too long and may be null."""
    null = " | None" if field.nullable else ""
    behind = f"Annotated[{', '.join(_parts(field, problem, 8))}]{null}"
    if "\n" not in behind and len(behind) + len(field.name) + 6 <= WIDTH:
        return behind
    if not null:
        return spread("Annotated[", _parts(field, problem, 8), "]", 4)
    if "\n" not in behind and len(behind) + 8 <= WIDTH:
        return f"(\n        {behind}\n    )"
    return f"(\n        {spread('Annotated[', _parts(field, problem, 12), ']', 8)}\n        | None\n    )"


def _parts(field: Field, problem: Problem, indent: int) -> list[str]:
    """Of a field, the type of its values, and what else is declared of them."""
    described = wrapped(field.header or field.name, indent + 4)
    limits = [literal(field.unit), literal(field.low), literal(field.high), described]
    said = {
        "whole": limits,
        "number": limits,
        "time": [described, literal(problem.sample.get(field.name) or SOME_TIME)],
        "text": [literal(field.longest), described],
    }
    values = [literal(value) for value in field.values]
    kind = DECLARED.get(field.kind) or bracketed("Literal[", values, "]", indent)
    return [kind, bracketed(f"{FACTORIES[field.kind]}(", said.get(field.kind, [described]), ")", indent)]


def _features(problem: Problem) -> dict[str, str]:
    categorical = [field.name for field in problem.fields if field.kind in ("listed", "text")]
    times = [field for field in problem.fields if field.kind == "time"]
    computed: dict[str, str] = {}
    for field in times:
        for part, read, wanted in (
            ("hour", "hour", field.clock),
            ("weekday", "weekday()", True),
            ("month", "month", field.years),
            ("day", "toordinal()", field.name != problem.time),
        ):
            if wanted:
                name = names.free(f"{field.name}_{part}", [*(each.name for each in problem.fields), *computed])
                computed[name] = f"time and time.{read} for time in _utc(row.{field.name} for row in rows)"
    numeric = [field.name for field in problem.fields if field.kind in ("boolean", "whole", "number")] + [*computed]
    lines = [
        *(["import datetime as dt"] if times else []),
        f"from collections.abc import {'Iterable, ' * bool(times)}Sequence",
        "from typing import Any",
        "",
        "from shared.problem.contract import Row",
    ]
    body = ["    return {name: [getattr(row, name) for row in rows] for name in (*CATEGORICAL, *NUMERIC)}"]
    if computed:
        parts = [
            f"{' ' * 8}{bracketed(f'{literal(name)}: [', [part], ']', 8, comma='')}," for name, part in computed.items()
        ]
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
        "body": "\n".join(body) + UTC * bool(times),
    }


def _target(problem: Problem) -> dict[str, str]:
    target = problem.target
    described = f"{target.header} of {problem.path.name}"
    parts = [f"name={literal(target.name)}"]
    if target.kind == "binary":
        parts += [f"positive={literal(target.positive)}", f"negative={literal(target.negative)}"]
        described = f"that {target.header} is {target.classes[0]}"
    elif target.kind == "multiclass":
        parts.append(bracketed("classes=(", [literal(name) for name in target.classes], ")", 4))
    else:
        parts.append(f"unit={literal(PLAIN)}")
    parts.append(_assigned("description=", described, 4))
    kind, guessed = KINDS[target.kind]
    inner = "".join(f"    {part},\n" for part in parts)
    made = f"# confirm: {guessed}\nTARGET: Target = {kind}(\n{inner})"
    return {"imported": f"{kind}, Target", "target": made}


def _words(problem: Problem) -> dict[str, str]:
    name = problem.target.header or problem.target.name
    title = name if name.endswith("?") else f"What will {name} be?"
    lead = f"One {ROW} of {problem.path.name}, and what the model says of {name.rstrip('?')}."
    return {
        "title": _assigned("TITLE = ", title),
        "summary": _assigned("SUMMARY = ", f"Predict {name.rstrip('?')}"),
        "lead": _assigned("LEAD = ", lead),
    }


def _assigned(before: str, text: str, indent: int = 0) -> str:
    """A text behind a name, in brackets and in parts if it is too long for a line."""
    line = f"{before}{literal(text)}"
    if len(line) + indent < WIDTH:
        return line
    return f"{before}(\n{' ' * (indent + 4)}{wrapped(text, indent + 4)}\n{' ' * indent})"


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
    parts = [
        f"    {bracketed(f'{literal(name)}: (', [wrapped(header, 8), call(reading)], ')', 4)},\n"
        for name, header, reading in columns
    ]
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
