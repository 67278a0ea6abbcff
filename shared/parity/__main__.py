"""Do two environments agree? Exit 0 parity, 1 broken, 2 could not decide."""

import argparse
import json
import os
import shlex
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from shared import lineage, passport
from shared.compare import checks, predictions
from shared.compare.facts import FORMAT
from shared.compare.report import Report, Severity, to_json
from shared.errors import ParityError
from shared.parity import completion, foreign, gate, mutate, project, service, sources
from shared.parity.bisect import result, search
from shared.parity.formats import junit, markdown, sarif, text
from shared.parity.project import Project

FORMATS: dict[str, Callable[[Report, int], str]] = {
    "text": text.render,
    "json": to_json,
    "junit": junit.render,
    "markdown": markdown.render,
    "sarif": sarif.render,
}
GATE = "Compare two environments. A and B are image:REF, container:ID, archive:FILE (of docker save) or file:SNAPSHOT."
JUDGE = ("gate", "replay", "mutate")
"""Commands that the project's file has a say in."""
NOT_CHECKS = {
    "predictions": predictions.__doc__,
    "replay": service.__doc__,
    "mutate": mutate.__doc__,
    "bisect": search.__doc__,
    project.EXPIRED: project.__doc__,
}
"""What also finds, without being a comparison of two snapshots."""
FOUND: dict[str, Callable[[result.Result], str]] = {"text": result.text, "json": result.to_json}


def main() -> int:
    """Run one command; results on stdout, everything else on stderr."""
    try:
        try:
            return _run()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # whoever read it, such as `head`, has had enough
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):  # Python writes what they hold when it ends
            os.dup2(nowhere, stream.fileno())
        return 128 + signal.SIGPIPE


def _run() -> int:
    try:
        said = project.read(Path.cwd()) if sys.argv[1:2] and sys.argv[1] in JUDGE else Project()
        options = parser(said).parse_args()
        code: int = options.command(options)
    except ParityError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 2
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        raise
    except Exception as error:  # a bug of ours: Python would exit with 1, which says "broken"
        print(f"error: {_bug(error)}", file=sys.stderr)
        code = 2
    return code


class Parser(argparse.ArgumentParser):
    """A parser whose errors have evidence and a remedy like all others."""

    def error(self, message: str) -> NoReturn:
        """Raise instead of exit."""
        raise ParityError("the command line cannot be read", evidence=message, remedy=f"{self.prog} --help")


def parser(said: Project) -> argparse.ArgumentParser:
    """The command line; defaults are set by variables PARITY_…, then by what the project's file says."""
    prog = "parity" if Path(sys.argv[0]).stem == "parity" else "python3 -m shared.parity"
    top = Parser(prog=prog, description=__doc__)
    commands = top.add_subparsers(required=True, metavar="command", parser_class=Parser)
    command = commands.add_parser("gate", help="compare two environments", description=GATE)
    command.add_argument("a", metavar="A", help="such as image:shop:1.4, what is trusted")
    command.add_argument("b", metavar="B", help="such as container:shop, what is to be judged")
    _add(command, "model", Path, "replay the golden requests of this model folder in both", metavar="DIR")
    _add(command, "golden", Path, "requests for --predict, one in JSON on each line", metavar="FILE")
    _add(command, "predict", str, "for any image: answers each line of JSON with one of its own", metavar="COMMAND")
    _add(command, "timeout", _seconds, "for one run of COMMAND, 120 by default", metavar="SECONDS", default="120")
    _report_options(command, said)
    command.set_defaults(command=_gate, project=said)
    command = commands.add_parser(
        "replay", help="ask a running service what must not matter", description=service.__doc__
    )
    command.add_argument("url", metavar="URL", help="such as http://127.0.0.1:8000")
    _add(command, "model", Path, "the model that it serves", metavar="DIR", default="artifacts/models/current")
    help_ = "behind URL: is restarted, and a copy of it asked at another time"
    _add(command, "container", str, help_, metavar="ID", default="")
    _add(command, "timeout", _seconds, "for everything together, 120 by default", metavar="SECONDS", default="120")
    _report_options(command, said)
    command.set_defaults(command=_replay)
    command = commands.add_parser(
        "bisect",
        help="find which differences change the predictions",
        description=search.__doc__,
        epilog="Exit 0: the predictions are the same; 1: the cause, or that it lies outside; 2: could not decide.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("a", metavar="A", help="image:REF or container:ID, what is trusted")
    command.add_argument("b", metavar="B", help="the same, what answers otherwise")
    _add(
        command, "model", Path, "whose golden requests are replayed", metavar="DIR", default="artifacts/models/current"
    )
    _add(command, "timeout", _seconds, "for everything together, 600 by default", metavar="SECONDS", default="600")
    _add(command, "format", _one_of(*FOUND), ", ".join(FOUND), "-f", default="text")
    _add(command, "output", Path, "write there, not to stdout", "-o", metavar="FILE")
    command.set_defaults(command=_bisect)
    command = commands.add_parser(
        "mutate", help="send a running service what its contract forbids", description=mutate.__doc__
    )
    command.add_argument("url", metavar="URL", help="such as http://127.0.0.1:8000")
    _add(command, "model", Path, "the model that it serves", metavar="DIR", default="artifacts/models/current")
    _add(command, "timeout", _seconds, "for everything together, 180 by default", metavar="SECONDS", default="180")
    _report_options(command, said)
    command.set_defaults(command=_mutate)
    command = commands.add_parser("snapshot", help="print the snapshot of one environment as JSON")
    command.add_argument("source", metavar="SOURCE", help="image:REF, container:ID or archive:FILE")
    _add(command, "model", Path, "with its answers to the golden requests of this model folder", metavar="DIR")
    _add(command, "output", Path, "write there, not to stdout", "-o", metavar="FILE")
    command.set_defaults(command=_snapshot)
    command = commands.add_parser("show", help="print a model's passport")
    command.add_argument("model", type=Path, metavar="MODEL", help="a model folder, such as artifacts/models/current")
    command.set_defaults(command=_show)
    command = commands.add_parser(
        "lineage", help="say where a model comes from, and what it answered", description=lineage.__doc__
    )
    command.add_argument("model", type=Path, metavar="MODEL", help="a model folder, such as artifacts/models/current")
    _add(command, "format", _one_of(*lineage.FORMATS), ", ".join(lineage.FORMATS), "-f", default="text")
    _add(command, "output", Path, "write there, not to stdout", "-o", metavar="FILE")
    command.set_defaults(command=_lineage)
    command = commands.add_parser("completion", help="print what a shell evaluates to complete this command")
    command.add_argument("shell", choices=("bash", "zsh", "fish"))
    command.set_defaults(command=_completion)
    command = commands.add_parser("explain", help="say what a check looks at, and why")
    command.add_argument("check", choices=[*checks.CHECKS, *NOT_CHECKS])
    command.set_defaults(command=_explain)
    return top


def _report_options(command: argparse.ArgumentParser, said: Project) -> None:
    _add(command, "fail_on", FAIL_ON, "breaks or risk: exit 1 from here on", default="risk")
    _add(command, "format", _one_of(*FORMATS), ", ".join(FORMATS), "-f", default="text")
    _add(command, "output", Path, "write there, not to stdout", "-o", metavar="FILE")
    several = [_report(each) for each in shlex.split(os.environ.get("PARITY_REPORT", ""))]
    help_ = "one more report; may be given several times"
    command.add_argument("--report", action="append", default=several, metavar="FORMAT=FILE", type=_report, help=help_)
    _say(command, said)


def _add(
    command: argparse.ArgumentParser,
    name: str,
    kind: Callable[[str], object],
    help_: str,
    *short: str,
    default: str | None = None,
    metavar: str | None = None,
) -> None:
    told = os.environ.get(f"PARITY_{name.upper()}") or default
    option = f"--{name.replace('_', '-')}"
    command.add_argument(*short, option, type=kind, default=told, metavar=metavar, help=help_)


def _say(command: argparse.ArgumentParser, said: Project) -> None:
    """Let the project's file set what no variable sets."""
    kinds = {"fail-on": FAIL_ON, "format": _one_of(*FORMATS), "timeout": _seconds}
    for option, value in said.options.items():
        try:
            kinds[option](value)
        except argparse.ArgumentTypeError as error:
            told = f"{said.file}: {error}"
            raise project.ProjectError(f"{option} is wrong", evidence=told, remedy="mend it") from None
        name = option.replace("-", "_")
        if not os.environ.get(f"PARITY_{name.upper()}"):
            command.set_defaults(**{name: value})


def _gate(options: argparse.Namespace) -> int:
    report = options.project.judge(_compared(options), datetime.now(UTC).date())
    return _tell(options, report)


def _compared(options: argparse.Namespace) -> Report:
    if options.predict is None and options.golden is None:
        return gate.gate(options.a, options.b, options.model, _progress)
    if options.predict is None or options.golden is None or options.model is not None:
        given = [name for name in ("model", "golden", "predict") if getattr(options, name) is not None]
        raise ParityError(
            "that replay is not complete",
            evidence=f"given: {', '.join(f'--{name}' for name in given)}",
            remedy="give --model alone for a model of ours, or --golden and --predict for any other",
        )
    command = foreign.command(options.predict, options.golden, options.timeout)
    return gate.gate_command(options.a, options.b, command, _progress)


def _replay(options: argparse.Namespace) -> int:
    return _tell(options, service.replay(options.url, options.model, options.timeout, _progress, options.container))


def _bisect(options: argparse.Namespace) -> int:
    found = search.bisect(options.a, options.b, options.model, options.timeout, _progress)
    _write(options.output, FOUND[options.format](found))
    return found.exit_code


def _mutate(options: argparse.Namespace) -> int:
    return _tell(options, mutate.mutate(options.url, options.model, options.timeout, _progress))


def _tell(options: argparse.Namespace, report: Report) -> int:
    code = report.exit_code(Severity(options.fail_on))
    for name, path in options.report:
        _write(path, FORMATS[name](report, code))
    _write(options.output, FORMATS[options.format](report, code))
    return code


def _snapshot(options: argparse.Namespace) -> int:
    _progress(f"snapshot of {options.source}")
    taken = sources.take(options.source, options.model)
    _write(options.output, json.dumps({"format": FORMAT, "facts": taken.facts}, indent=2) + "\n")
    return 0


def _show(options: argparse.Namespace) -> int:
    sys.stdout.write(passport.show(options.model))
    return 0


def _lineage(options: argparse.Namespace) -> int:
    _write(options.output, lineage.FORMATS[options.format](lineage.lineage(options.model)))
    return 0


def _explain(options: argparse.Namespace) -> int:
    name = options.check
    print(checks.explain(name) if name in checks.CHECKS else f"{name}: {NOT_CHECKS[name]}")
    return 0


def _completion(options: argparse.Namespace) -> int:
    sys.stdout.write(completion.script(parser(Project()), options.shell))
    return 0


def _one_of(*names: str) -> Callable[[str], str]:
    """A type, since argparse holds defaults to no `choices`; its own are for completion."""

    def checked(value: str) -> str:
        if value not in names:
            raise argparse.ArgumentTypeError(f"expected one of {', '.join(names)}, got {value!r}")
        return value

    checked.__dict__["choices"] = names
    return checked


FAIL_ON = _one_of("breaks", "risk")


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"expected seconds, more than 0, got {value!r}")
    return seconds


def _report(value: str) -> tuple[str, Path]:
    name, _, path = value.partition("=")
    if name not in FORMATS or not path:
        raise argparse.ArgumentTypeError(f"expected FORMAT=FILE with FORMAT one of {', '.join(FORMATS)}, got {value!r}")
    return name, Path(path)


def _write(path: Path | None, content: str) -> None:
    if path is None:
        sys.stdout.write(content)
        return
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise ParityError(f"{path} cannot be written", evidence=str(error), remedy="name another file") from error


def _bug(error: Exception) -> ParityError:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return ParityError(
        "the gate itself failed, so nothing is decided",
        evidence=f"{type(error).__name__}: {error} ({where.filename}, line {where.lineno})",
        remedy="report it with the command that you typed",
    )


def _progress(stage: str) -> None:
    print(f"parity: {stage}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
