"""Completion for shells, written from the parser itself: eval "$(parity completion bash)".

The script is complete in itself: no completion starts a Python. zsh reads bash's through its own
bashcompinit. Files are completed wherever nothing else is known.
"""

import re
import shlex
from collections.abc import Iterator, Mapping

from shared.parity.options import Parser

BASH = """\
_parity() {
  local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD-1]} words=
  if (( COMP_CWORD == 1 )); then
    words="@COMMANDS@"
  else
    case "${COMP_WORDS[1]} $last" in
@VALUES@
      *) [[ $word == -* || "@FIRST@" == *" ${COMP_WORDS[1]} "* ]] && case ${COMP_WORDS[1]} in
@OPTIONS@
        esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _parity parity
"""
ZSH = "autoload -U +X compinit && compinit -u\nautoload -U +X bashcompinit && bashcompinit\n"


def script(commands: Mapping[str, Parser], shell: str) -> str:
    """What the shell is to evaluate.

    Args:
        commands: with all their options.
        shell: bash, zsh or fish.
    """
    return _fish(commands) if shell == "fish" else (ZSH if shell == "zsh" else "") + _bash(commands)


def _bash(commands: Mapping[str, Parser]) -> str:
    values, options, first = [], [], []
    for name, command in commands.items():
        words = [option for action in command.arguments for option in action.option_strings]
        for action in command.arguments:
            if action.option_strings and action.choices:
                cases = "|".join(f'"{name} {option}"' for option in action.option_strings)
                values.append(f'      {cases}) words="{" ".join(action.choices)}" ;;')
            elif action.choices:
                words += action.choices
                first.append(name)
        options.append(f'          {name}) words="{" ".join(words)}" ;;')
    parts = {
        "COMMANDS": " ".join(commands),
        "FIRST": f" {' '.join(first)} ",
        "VALUES": "\n".join(values),
        "OPTIONS": "\n".join(options),
    }
    return re.sub("@([A-Z]+)@", lambda match: parts[match[1]], BASH)


def _fish(commands: Mapping[str, Parser]) -> str:
    return "".join(f"complete -c parity {line}\n" for line in _lines(commands))


def _lines(commands: Mapping[str, Parser]) -> Iterator[str]:
    for name, command in commands.items():
        yield f"-n __fish_use_subcommand -f -a {name} -d {shlex.quote(command.summary)}"
        condition = f"-n '__fish_seen_subcommand_from {name}'"
        for action in command.arguments:
            names = [f"-{'l' if word.startswith('--') else 's'} {word.lstrip('-')}" for word in action.option_strings]
            values = f" -x -a {shlex.quote(' '.join(action.choices))}" if action.choices else ""
            if names:
                takes = values or ("" if action.nargs == 0 else " -r")
                yield f"{condition} {' '.join(names)}{takes} -d {shlex.quote(action.help or '')}"
            elif values:
                yield f"{condition}{values}"
