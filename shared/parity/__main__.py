"""Do two environments agree? Exit 0 parity, 1 broken, 2 could not decide."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from shared.errors import program
from shared.names import VERSION
from shared.parity import project
from shared.parity.options import Options, Parser
from shared.parity.project import Project

COMMANDS = {
    "gate": "compare two environments",
    "replay": "ask a running service what must not matter",
    "bisect": "find which differences change the predictions",
    "mutate": "send a running service what its contract forbids",
    "snapshot": "print the snapshot of one environment as JSON",
    "record": "record the snapshot of one environment, and its answers",
    "show": "print a model's passport",
    "lineage": "say where a model comes from, and what it answered",
    "completion": "print what a shell evaluates to complete this command",
    "explain": "say what a check looks at, and why",
}
"""Modules of `commands`, each with what it does."""
JUDGES = ("gate", "replay", "mutate")
"""Commands whose options the project's file can set."""


@program
def main() -> int:
    """Run one command; results on stdout, everything else on stderr."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    options = parser(name, project.read(Path.cwd()) if name in JUDGES else Project()).parse_args()
    code: int = options.run(options)
    return code


def parser(name: str, inherited: Project) -> argparse.ArgumentParser:
    """The command line; of the commands, only the one named has its options, and completion knows those of all."""
    prog = "parity" if Path(sys.argv[0]).stem == "parity" else "python3 -m shared.parity"
    top = Parser(prog=prog, description=__doc__)
    top.add_argument("--version", action="version", version=f"parity {VERSION}")
    added = top.add_subparsers(required=True, metavar="command", parser_class=Parser)
    commands: dict[str, Parser] = {}
    for command, summary in COMMANDS.items():
        commands[command] = added.add_parser(command, help=summary, summary=summary)
        if name in (command, "completion"):
            module = import_module(f"shared.parity.commands.{command}")
            commands[command].description = module.__doc__
            module.add_options(Options(commands[command], inherited))
            commands[command].set_defaults(run=module.run)
    top.set_defaults(commands=commands)
    return top


if __name__ == "__main__":
    sys.exit(main())
