"""How the one image is made, checked, run and removed; `make` calls it, and so can you."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from shared.errors import program
from shared.image import base, build, clean, doctor, engine, harness, reproduce, service
from shared.image.run import say


@program
def main() -> int:
    """Run one command; results on stdout, everything else on stderr."""
    options = parser().parse_args()
    os.umask(0o022)  # what goes into the image must be readable for whoever runs it
    return COMMANDS[options.command](options)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python3 -m shared.image", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    command = commands.add_parser("doctor", help="check this host, and put in place what is missing")
    command.add_argument("--quiet", action="store_true", help="speak only of what is not ok; ask no network")
    command = commands.add_parser("build", help="build the image and record its ID in .env")
    command.add_argument("--test", action="store_true", help="build the image plus its test layer; print that ID")
    commands.add_parser("browser", help="make the image of the browser that tests use; print its name")
    commands.add_parser("tracking", help="build the image of MLflow and its recorder; print its ID")
    commands.add_parser("harness", help="install what tests need on the host into .venv")
    commands.add_parser("dvc", help="install DVC into .cache/dvc")
    command = commands.add_parser("up", help="start prod and wait until it is healthy; print its address")
    help_ = "only if another prod, asked before, keeps to this model: `parity replay`"
    command.add_argument("--replay", type=Path, metavar="MODEL", help=help_)
    commands.add_parser("mlflow", help="start MLflow and its recorder; print where the page is")
    commands.add_parser("url", help="print the address of the running prod")
    command = commands.add_parser("reproduce", help="make a model again from its passport; 1 if bytes differ")
    command.add_argument("model", type=Path, metavar="MODEL", help="a model folder, such as artifacts/models/current")
    command = commands.add_parser("clean", help="remove what the project made, except artifacts")
    command.add_argument("--all", action="store_true", help="artifacts too: your data and models")
    return top


def _doctor(options: argparse.Namespace) -> int:
    findings = doctor.examine(network=not options.quiet)
    for finding in findings:
        if not options.quiet:
            print(finding)
        elif finding.status != "ok":
            print(finding, file=sys.stderr)
    return 2 if any(finding.status == "problem" for finding in findings) else 0


def _build(options: argparse.Namespace) -> int:
    image = build.build(test=options.test)
    print(image.id if options.test else image)
    return 0


def _browser(_: argparse.Namespace) -> int:
    print(base.ensure(base.BROWSER, engine.ask()).image)
    return 0


def _tracking(_: argparse.Namespace) -> int:
    print(build.build_tracking().id)
    return 0


def _harness(_: argparse.Namespace) -> int:
    harness.sync()
    return 0


def _dvc(_: argparse.Namespace) -> int:
    harness.sync_dvc()
    return 0


def _up(options: argparse.Namespace) -> int:
    if options.replay and (code := _rehearsed(options.replay)):
        return code
    address = service.PROD.up()
    say("prod: open it in a browser, or type: make predict, or: make replay")
    print(address)
    return 0


def _rehearsed(model: Path) -> int:
    say("prod: a rehearsal before anything is let in; what serves now goes on")
    with service.PROD.rehearsal({"PARITY_LOG_BYTES": "0"}) as (url, container):
        options = ("--model", str(model), "--container", container)
        command = [sys.executable, "-m", "shared.parity", "replay", url, *options]
        code = subprocess.run(command, stdout=sys.stderr).returncode
    if code:
        say("prod: was not started, and what served before still does; without REPLAY=1 nothing is asked before")
    return code


def _url(_: argparse.Namespace) -> int:
    print(service.PROD.url())
    return 0


def _mlflow(_: argparse.Namespace) -> int:
    address = service.MLFLOW.up({"PARITY_TRACKING_IMAGE": build.build_tracking().id})
    say("mlflow: every model in artifacts/models is being recorded; open it in a browser")
    print(f"{address}{service.MLFLOW_PAGE}")
    return 0


def _reproduce(options: argparse.Namespace) -> int:
    same, lines = reproduce.reproduce(options.model)
    print("\n".join(lines))
    return 0 if same else 1


def _clean(options: argparse.Namespace) -> int:
    clean.clean(artifacts=options.all)
    return 0


COMMANDS = {
    "doctor": _doctor,
    "build": _build,
    "browser": _browser,
    "tracking": _tracking,
    "harness": _harness,
    "dvc": _dvc,
    "up": _up,
    "mlflow": _mlflow,
    "url": _url,
    "reproduce": _reproduce,
    "clean": _clean,
}

if __name__ == "__main__":
    sys.exit(main())
