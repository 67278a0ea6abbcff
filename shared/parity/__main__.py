"""Do two environments agree? Exit 0 parity, 1 broken, 2 could not decide."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from shared.errors import ParityError
from shared.parity import checks, gate, predictions, sources
from shared.parity.formats import json as json_format
from shared.parity.formats import junit, markdown, sarif, text
from shared.parity.report import Report, Severity
from shared.parity.snapshot import FORMAT

FORMATS: dict[str, Callable[[Report, int], str]] = {
    "text": text.render,
    "json": json_format.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
}


def main() -> int:
    """Run one command; results on stdout, everything else on stderr."""
    options = parser().parse_args()
    try:
        code: int = options.command(options)
    except ParityError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        code = 130
    return code


def parser() -> argparse.ArgumentParser:
    """The command line; each option's default can be set by a variable PARITY_…."""
    top = argparse.ArgumentParser(prog="python3 -m shared.parity", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="command")
    command = commands.add_parser("gate", help="compare two environments; A, B: image:REF, container:ID, file:PATH")
    command.add_argument("a", metavar="A")
    command.add_argument("b", metavar="B")
    command.add_argument("--model", type=Path, default=_default("MODEL"), help="replay its golden requests in both")
    command.add_argument("--fail-on", choices=["breaks", "risk"], default=_default("FAIL_ON", "risk"))
    command.add_argument("-f", "--format", choices=FORMATS, default=_default("FORMAT", "text"))
    command.add_argument("-o", "--output", type=Path, help="write there, not to stdout")
    command.add_argument("--report", action="append", default=[], metavar="FORMAT=FILE", type=_report)
    command.set_defaults(command=_gate)
    command = commands.add_parser("snapshot", help="print the snapshot of one environment as JSON")
    command.add_argument("source")
    command.add_argument("-o", "--output", type=Path, help="write there, not to stdout")
    command.set_defaults(command=_snapshot)
    command = commands.add_parser("explain", help="say what a check looks at, and why")
    command.add_argument("check", choices=[*checks.CHECKS, "predictions"])
    command.set_defaults(command=_explain)
    return top


def _gate(options: argparse.Namespace) -> int:
    report = gate.gate(options.a, options.b, options.model, _progress)
    code = report.exit_code(Severity(options.fail_on))
    _write(options.output, FORMATS[options.format](report, code))
    for name, path in options.report:
        _write(path, FORMATS[name](report, code))
    return code


def _snapshot(options: argparse.Namespace) -> int:
    taken = sources.take(options.source)
    _write(options.output, json.dumps({"format": FORMAT, "facts": taken.facts}, indent=2) + "\n")
    return 0


def _explain(options: argparse.Namespace) -> int:
    known = options.check in checks.CHECKS
    print(checks.explain(options.check) if known else f"predictions: {predictions.__doc__}")
    return 0


def _default(name: str, default: str | None = None) -> str | None:
    return os.environ.get(f"PARITY_{name}", default)


def _report(value: str) -> tuple[str, Path]:
    name, _, path = value.partition("=")
    if name not in FORMATS or not path:
        raise argparse.ArgumentTypeError(f"expected FORMAT=FILE with FORMAT one of {', '.join(FORMATS)}, got {value}")
    return name, Path(path)


def _write(path: Path | None, content: str) -> None:
    if path is None:
        sys.stdout.write(content)
        return
    try:
        path.write_text(content)
    except OSError as error:
        raise ParityError(f"{path} cannot be written", evidence=str(error), remedy="name another file") from error


def _progress(stage: str) -> None:
    print(f"parity: {stage}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
