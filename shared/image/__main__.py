"""How the one image is made, checked, run and removed; `make` calls it, and so can you."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from shared.errors import program
from shared.image import (
    audit,
    base,
    batch_replay,
    build,
    clean,
    doctor,
    engine,
    reproduce,
    sbom,
    scoring,
    seal,
    service,
    serving,
    settings,
    signals,
    training,
    venv,
)
from shared.image.progress import say
from shared.passport import CURRENT


@program
def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; results on stdout, everything else on stderr."""
    options = parser().parse_args(arguments)
    signals.listen()
    os.umask(0o022)  # what goes into the image must be readable for whoever runs it
    return COMMANDS[options.command](options) or 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python3 -m shared.image", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    command = commands.add_parser("doctor", help="check this host, and put in place what is missing")
    command.add_argument("--quiet", action="store_true", help="speak only of what is not ok; ask no network")
    needs = ("artifacts", "prod", "mlflow")
    help_ = "also what a command needs: a folder to write to, and a port to listen on"
    command.add_argument("--for", dest="needs", action="append", default=[], choices=needs, help=help_)
    command = commands.add_parser("build", help="build the image and record its ID in .env")
    command.add_argument("--test", action="store_true", help="build the image plus its test layer; print that ID")
    command.add_argument("--no-cache", action="store_true", help="run every step again, which gives the same image")
    commands.add_parser("browser", help="make the image of the browser that tests use; print its name")
    commands.add_parser("tracking", help="build the image of MLflow and its recorder; print its ID")
    commands.add_parser("venv", aliases=["harness"], help="install what tests need on the host into .venv")
    commands.add_parser("dvc", help="install DVC into .cache/dvc")
    commands.add_parser("sbom", help="write what is installed in the image, as CycloneDX; print where")
    command = commands.add_parser(
        "audit", help="is a package of the lock known to be vulnerable? 1 if so, 2 if unknown"
    )
    command.add_argument("groups", nargs="*", default=["image"], help="dependency groups of pyproject.toml")
    commands.add_parser("kubernetes", help="install what tests of prod/kubernetes need into .cache/kubernetes")
    commands.add_parser("soak", help="install what `make soak` needs into .cache/soak")
    commands.add_parser("data", help="collect the data that training needs")
    command = commands.add_parser("train", help="train in the dev container, for as long as this command runs")
    command.add_argument("options", nargs="*", help="of dev.train, after --")
    command = commands.add_parser("score", help="score a file of rows into a folder; 1 if rows were refused")
    command.add_argument("source", type=Path, metavar="IN", help="CSV with a header, or JSON lines")
    command.add_argument("target", type=Path, metavar="OUT", help="a folder, empty or of the same job before")
    command.add_argument("--cluster", type=int, default=0, metavar="N", help="on so many workers of Dask")
    command.add_argument("options", nargs="*", help="of prod.batch, after --")
    command = commands.add_parser("batch-replay", help="score golden requests, and ask prod the same; 1 if one differs")
    command.add_argument("--cluster", type=int, default=0, metavar="N", help="workers of Dask")
    command = commands.add_parser("publish", help="make a model current, and have a running prod serve it")
    command.add_argument("options", nargs="*", help="of dev.publish, after --")
    command = commands.add_parser("up", help="start prod and wait until it is healthy; print its address")
    command.add_argument("--replay", action="store_true", help="only if another prod, asked before, keeps to the model")
    commands.add_parser("mlflow", help="start MLflow and its recorder; print where the page is")
    commands.add_parser("url", help="print the address of the running prod")
    command = commands.add_parser("reproduce", help="make a model again from its passport; 1 if bytes differ")
    command.add_argument("model", type=Path, nargs="?", metavar="MODEL", help="a model folder; the current model's")
    command = commands.add_parser("seal", help="make one image of the image and a model; print its ID")
    command.add_argument(
        "model", nargs="?", default=CURRENT, metavar="MODEL", help="a folder, or a version; the current"
    )
    commands.add_parser("stop", help="end dev, prod and MLflow")
    command = commands.add_parser("clean", help="remove what this checkout made, except artifacts")
    command.add_argument("--all", action="store_true", help="artifacts too: your data and models")
    command.add_argument("--force", action="store_true", help="do not ask where something is running")
    return top


def _doctor(options: argparse.Namespace) -> int:
    findings = doctor.examine(network=not options.quiet)
    for finding in findings:
        if not options.quiet:
            print(finding)
        elif finding.status != "ok":
            say(str(finding))
    if any(finding.status == "problem" for finding in findings):
        return 2
    for need in options.needs:
        doctor.NEEDS[need]()
    return 0


def _build(options: argparse.Namespace) -> None:
    image = build.build(test=options.test, cache=not options.no_cache)
    print(image.id if options.test else image)


def _mlflow(_: argparse.Namespace) -> None:
    address = service.MLFLOW.up({"PARITY_TRACKING_IMAGE": build.build_tracking().id})
    say("mlflow: every model in artifacts/models is being recorded; open it in a browser")
    print(f"{address}{service.MLFLOW_PAGE}")


def _reproduce(options: argparse.Namespace) -> int:
    same, lines = reproduce.reproduce(options.model or settings.artifacts() / "models" / CURRENT)
    print("\n".join(lines))
    return 0 if same else 1


def _batch_replay(options: argparse.Namespace) -> None:
    count = batch_replay.replay(options.cluster)
    print(f"PARITY: 0 of {count} golden requests differ between batch and prod")


def _seal(options: argparse.Namespace) -> None:
    sealed = seal.seal(options.model)
    say(seal.summary(sealed))
    print(sealed.id)


COMMANDS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "doctor": _doctor,
    "build": _build,
    "browser": lambda _: print(base.ensure(base.BROWSER, engine.ask()).image),
    "tracking": lambda _: print(build.build_tracking().id),
    "venv": lambda _: venv.sync(),
    "harness": lambda _: venv.sync(),
    "dvc": lambda _: venv.sync_dvc(),
    "sbom": lambda _: print(sbom.write(build.build(), settings.artifacts())),
    "audit": lambda options: audit.audit(options.groups),
    "kubernetes": lambda _: venv.sync_kubernetes(),
    "soak": lambda _: venv.sync_soak(),
    "data": lambda _: training.collect(),
    "train": lambda options: training.train(options.options),
    "score": lambda options: scoring.score(options.source, options.target, options.options, options.cluster),
    "batch-replay": _batch_replay,
    "publish": lambda options: serving.publish(options.options),
    "up": lambda options: serving.up(replay=options.replay),
    "mlflow": _mlflow,
    "url": lambda _: print(service.PROD.url()),
    "reproduce": _reproduce,
    "seal": _seal,
    "stop": lambda _: clean.stop(),
    "clean": lambda options: clean.clean(artifacts=options.all, force=options.force),
}

if __name__ == "__main__":
    sys.exit(main())
