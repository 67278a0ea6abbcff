"""Completion for shells, written from the parser itself: eval "$(parity completion bash)".

The script is complete in itself: no completion starts a Python. zsh reads bash's through its own
bashcompinit. Files are completed wherever nothing else is known.
"""

import argparse
import re
import shlex
from collections.abc import Iterator
from typing import Any

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


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """What the shell is to evaluate.

    Args:
        shell: bash, zsh or fish.
    """
    commands = _commands(parser)
    return _fish(commands) if shell == "fish" else (ZSH if shell == "zsh" else "") + _bash(commands)


def _commands(parser: argparse.ArgumentParser) -> dict[str, tuple[str, argparse.ArgumentParser]]:
    """By name: help, and the command's own parser."""
    (all_,) = (each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    told = {each.dest: each.help or "" for each in all_._get_subactions()}
    return {name: (told.get(name, ""), command) for name, command in all_.choices.items()}


def _values(action: Any) -> list[str]:
    """What an option or an argument may be, if that is a list."""
    return list(action.choices or getattr(action.type, "choices", ()))


def _bash(commands: dict[str, tuple[str, argparse.ArgumentParser]]) -> str:
    values, options, first = [], [], []
    for name, (_, command) in commands.items():
        words = [option for action in command._actions for option in action.option_strings]
        for action in command._actions:
            if action.option_strings and _values(action):
                cases = "|".join(f'"{name} {option}"' for option in action.option_strings)
                values.append(f'      {cases}) words="{" ".join(_values(action))}" ;;')
            elif not action.option_strings and _values(action):
                words += _values(action)
                first.append(name)
        options.append(f'          {name}) words="{" ".join(words)}" ;;')
    told = {"COMMANDS": " ".join(commands), "FIRST": f" {' '.join(first)} "}
    told |= {"VALUES": "\n".join(values), "OPTIONS": "\n".join(options)}
    return re.sub("@([A-Z]+)@", lambda match: told[match[1]], BASH)


def _fish(commands: dict[str, tuple[str, argparse.ArgumentParser]]) -> str:
    return "".join(f"complete -c parity {line}\n" for line in _lines(commands))


def _lines(commands: dict[str, tuple[str, argparse.ArgumentParser]]) -> Iterator[str]:
    for name, (told, command) in commands.items():
        yield f"-n __fish_use_subcommand -f -a {name} -d {shlex.quote(told)}"
        here = f"-n '__fish_seen_subcommand_from {name}'"
        for action in command._actions:
            names = [f"-{'l' if each.startswith('--') else 's'} {each.lstrip('-')}" for each in action.option_strings]
            values = f" -x -a {shlex.quote(' '.join(_values(action)))}" if _values(action) else ""
            if names:
                takes = values or ("" if action.nargs == 0 else " -r")
                yield f"{here} {' '.join(names)}{takes} -d {shlex.quote(action.help or '')}"
            elif values:
                yield f"{here}{values}"
