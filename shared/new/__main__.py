"""Make this checkout a project for a table of yours: its problem, its name, and a request to begin with."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.errors import ParityError, program
from shared.image import settings
from shared.image.paths import ROOT
from shared.new import fork
from shared.new.problem import Problem, state
from shared.new.table import DELIMITERS
from shared.new.write import files
from shared.passport import CURRENT

SHIPPED = ("dev", "prod", "shared")
WIDTH = 10


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Write the problem; what it is on stdout, with what to do next."""
    parser = argparse.ArgumentParser(prog="make new", description=__doc__)
    parser.add_argument("csv", metavar="CSV", help="the table, with a header")
    parser.add_argument("target", metavar="TARGET", help="the column that is to be predicted")
    parser.add_argument("name", metavar="NAME", help="of the project: a-z, 0-9 and hyphens")
    parser.add_argument("--time", default="", help="the column that says when a row is")
    parser.add_argument("--positive", default="", help="the value of the target that means yes")
    parser.add_argument("--force", action="store_true", help="replace what is in no commit, too")
    options = parser.parse_args(arguments)
    path = Path(options.csv).expanduser().resolve()
    fork.check_name(options.name, (ROOT / "uv.lock").read_text())
    fork.check_clean(ROOT, force=options.force)
    _check_place(path)
    problem = state(path, options.target, options.time, options.positive)
    url = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
    written = {**files(problem, options.name, url), **fork.named(ROOT, options.name)}
    fork.put(ROOT, written)
    removed = fork.remove(ROOT)
    print("\n".join(_summary(problem, [*written], removed, url)))
    return 0


def _check_place(path: Path) -> None:
    inside = path.relative_to(ROOT).parts[0] if path.is_relative_to(ROOT) and path != ROOT else ""
    if inside in SHIPPED:
        raise ParityError(
            "the table would become part of the image",
            evidence=f"{path}: all that is in {', '.join(SHIPPED)} is",
            remedy="mv it to another folder, such as tables/",
        )


def _summary(problem: Problem, written: list[str], removed: list[str], url: str) -> list[str]:
    form, target = problem.form, problem.target
    broken = f", {problem.broken:,} broken" if problem.broken else ""
    counts: dict[str, int] = {}
    for field in problem.fields:
        counts[field.kind] = counts.get(field.kind, 0) + 1
    kinds = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    guesses = sum((ROOT / path).read_text().count("# confirm") for path in written if "/problem/" in path)
    lines = [
        ("read", f"{problem.path.name}: {problem.rows:,} rows{broken}, {form.encoding}, {DELIMITERS[form.delimiter]}"),
        ("target", target.summary()),
        ("fields", f"{len(problem.fields)}: {kinds}"),
        ("split", " ".join(line.partition("#")[0].strip() for line in problem.split.lines)),
        *(("left out", f"{name or '(no name)'}: {reason}") for name, reason in problem.left_out),
        *(("warning", warning) for warning in problem.warnings),
        *(("wrote", path) for path in written),
        *(("removed", f"{folder}: of the old problem") for folder in removed),
        ("left", "README.md and docs/, which tell of the project that yours was made of: write your own"),
        ("data", f"stay in {url}; make data copies them, by hash, into artifacts/data"),
        ("next", f"grep -rn confirm dev/problem shared/problem: {guesses} guesses of yours to confirm"),
        ("", f"{_command()}: trains and serves; dev/README.md says what to look at then"),
    ]
    return [f"{word:<{WIDTH}}{text}" for word, text in lines]


def _command() -> str:
    """What to type next: a model that is there already is of the old problem, and would be refused."""
    return "make dev prod" if (settings.artifacts() / "models" / CURRENT).exists() else "make prod"


if __name__ == "__main__":
    sys.exit(main())
