"""Print what a shell evaluates to complete this command: eval "$(parity completion bash)"."""

import argparse
import sys

from shared.parity import completion
from shared.parity.options import Options


def add_options(options: Options) -> None:
    """The shell."""
    options.parser.add_argument("shell", choices=("bash", "zsh", "fish"))


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    sys.stdout.write(completion.script(options.commands, options.shell))
    return 0
