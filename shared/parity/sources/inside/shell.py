"""Shell text (POSIX, XCU 2): what it comes to, where that is simple; elsewhere, the text with a probe in its end."""

from __future__ import annotations

import os
import re
import shlex
from typing import Dict, Mapping, Sequence, Tuple

Command = Tuple[Tuple[str, ...], Dict[str, str], str]

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
ASSIGNED = re.compile(rf"({NAME})=(.*)", re.DOTALL)
TOKEN = re.compile(
    r"(?P<space>[ \t]+|\\\n)|(?P<comment>(?<![^\s;&])\#[^\n]*)|(?P<end>&&|;(?!;)|\n)"
    r"|(?P<redirection>\d*(?:>>|>&|>|<&|<(?!<))[ \t]*[^\s;&|<>()]*)"
    r"""|(?P<word>(?:'[^']*'|"(?:\\.|[^"\\`])*"|\\[^\n]|\$\{[^}`"']*\}|[^\s'"\\;&|<>()`])+)""",
    re.DOTALL,
)
PIECE = re.compile(
    r"""'(?P<single>[^']*)'|"(?P<double>(?:\\.|[^"\\])*)"|\\(?P<escaped>.)|(?P<plain>[^'"\\]+)""", re.DOTALL
)
EXPANSION = re.compile(
    rf"\$(?:(?P<bare>{NAME}|[0-9])|\{{(?P<name>{NAME}|[0-9])(?::?(?P<how>[-=])(?P<default>[^}}]*))?\}})"
)
CHANGE = frozenset(
    "if then else elif fi for while until do done case esac { } ! [[ function . source eval read unset trap alias"  # noqa: SIM905
    " shift getopts return exit local declare typeset".split()
)
"""First words of what is not followed here: it branches, or changes the shell itself."""
LONG = re.compile(
    rb"#![^\n]*\n'''exec' "
    rb"""(?:"?(/[^"\n]+?)"?|"\$\(dirname -- "\$\(realpath -- "\$0"\)"\)"/'([^'\n]+)') "\$0" "\$@"\n"""
)
LAST = re.compile(rf"((?:{NAME}=\S*[ \t]+)*)(?!#|{NAME}=)(\S.*)", re.DOTALL)
EXEC = re.compile(
    rf"(?P<before>(?:^|[;&|{{(]|\bthen\b|\belse\b|\bdo\b|\))[ \t]*(?:{NAME}=\S*[ \t]+)*)"
    r"exec[ \t]+(?P<options>(?:-[cl]+[ \t]+|-a[ \t]+\S+[ \t]+)*)(?=[^\d<>\s&])",
    re.MULTILINE,
)


LED = re.compile(r"^(?:(?:if|elif|while|until|then|else|do|!|\{)\s+)+")
"""Words of a shell before a statement."""
QUIET = re.compile(
    r"(exec|set|export|cd|umask|ulimit|true|:|then|else|fi|do|done|esac|echo|wait|shift|\[|\[\[|test)(\s|$)|\}|"
    rf"{NAME}=\S*$"
)
"""Statements whose effect is seen in what follows, or that have none."""


class _NotFollowedError(Exception):
    """Something that is more than simple."""


def python_of_wrapper(head: bytes, path: str) -> str:
    """The Python of a console script whose shebang would be too long, as pip and uv write it; empty for any other."""
    found = LONG.match(head)
    if not found:
        return ""
    return (found[1] or os.path.join(os.path.dirname(path).encode(), found[2])).decode(errors="surrogateescape")


def flags(words: Sequence[str]) -> tuple[list[str], bool, list[str]]:
    """A shell's options without -c, whether that is among them, and what follows the options."""
    kept: list[str] = []
    command, left = False, list(words)
    while left and left[0][:1] in ("-", "+") and len(left[0]) > 1:
        option = left.pop(0)
        if option == "--":
            break
        cluster = not option.startswith("--")
        if cluster and option[0] == "-" and "c" in option:
            command, option = True, option.replace("c", "")
        kept += [option] if len(option) > 1 else []
        if cluster and option[-1:] in ("o", "O") and left:
            kept.append(left.pop(0))
    return kept, command, left


def evaluate(text: str, argv: Sequence[str], env: Mapping[str, str], folder: str) -> Command | None:
    """The command that shell text ends in, if it only sets variables, changes folders and runs programs on the way.

    Args:
        argv: $0 and the arguments.
    """
    try:
        return _Text(argv, env, folder).run(_statements(text))
    except _NotFollowedError:
        return None


def _statements(text: str) -> list[list[str]]:
    statements: list[list[str]] = [[]]
    position = 0
    while position < len(text):
        token = TOKEN.match(text, position)
        if not token:
            raise _NotFollowedError(text[position:])
        position = token.end()
        if token.lastgroup == "end":
            statements.append([])
        elif token.lastgroup == "word":
            statements[-1].append(token[0])
    return [statement for statement in statements if statement]


class _Text:
    """A shell's state."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], folder: str) -> None:
        self.name, self.arguments = (argv[0] if argv else "sh"), list(argv[1:])
        self.env, self.own, self.folder = dict(env), dict(env), folder

    def run(self, statements: list[list[str]]) -> Command | None:
        """Go through them, up to `exec` or the last."""
        for number, words in enumerate(statements, 1):
            assigned: dict[str, str] = {}
            while words and ASSIGNED.match(words[0]):
                name, value = ASSIGNED.match(words[0]).groups()  # type: ignore[union-attr]
                assigned[name] = " ".join(self.expand(value, split=False))
                words = words[1:]
            if not words:
                self.own.update(assigned)
                self.env.update({name: value for name, value in assigned.items() if name in self.env})
                continue
            expanded = [part for word in words for part in self.expand(word)]
            if not expanded or expanded[0] in CHANGE:
                raise _NotFollowedError(words[0])
            if expanded[0] == "exec":
                return self.command(expanded[1:], assigned)
            if not self.built_in(expanded) and number == len(statements):
                return self.command(expanded, assigned)
        return None

    def built_in(self, words: list[str]) -> bool:
        """Whether it is one, which has done its work."""
        name, *rest = words
        if name == "export":
            for word in rest:
                key, _, value = word.partition("=")
                self.own[key] = value if "=" in word else self.own.get(key, "")
                self.env[key] = self.own[key]
        elif name == "cd":
            self.folder = os.path.normpath(os.path.join(self.folder, (rest or [self.env.get("HOME", "/")])[-1]))
            self.env["PWD"] = self.own["PWD"] = self.folder
        elif name == "set":
            if any(word.startswith(("-a", "-k")) or word == "allexport" for word in rest):
                raise _NotFollowedError("set -a")
            if "--" in rest:
                self.arguments = rest[rest.index("--") + 1 :]
        return name in ("export", "cd", "set", ":", "umask", "ulimit", "true")

    def command(self, words: list[str], assigned: dict[str, str]) -> Command | None:
        """The last command, without what `exec` takes for itself."""
        while words and words[0].startswith("-"):
            words = words[2:] if words[0] == "-a" else words[1:]
        return (tuple(words), {**self.env, **assigned}, self.folder) if words else None

    def expand(self, word: str, split: bool = True) -> list[str]:
        """The words that a word becomes."""
        if word in ("$@", '"$@"', '"${@}"', "${@}", "$*"):
            return list(self.arguments)
        parts = [""]
        quoted = False
        for piece in PIECE.finditer(word):
            if piece["plain"] is not None:
                if re.search(r"[*?\[~]", piece["plain"]) and split:
                    raise _NotFollowedError(word)
                text = self.variables(piece["plain"])
                fields = re.split(r"[ \t\n]+", text) if split and "$" in piece["plain"] else [text]
                parts[-1] += fields[0]
                parts += fields[1:]
                continue
            quoted = True
            if piece["double"] is not None:
                parts[-1] += re.sub(r'\\([$"\\`])', r"\1", self.variables(piece["double"]))
            else:
                parts[-1] += piece["single"] or piece["escaped"] or ""
        return parts if quoted or not split else [part for part in parts if part]

    def variables(self, text: str) -> str:
        """The text with variables replaced."""
        if re.search(r"\$[(@*#?$!-]|\$\{(?![A-Za-z0-9_]+(:?[-=][^}]*)?\})", text):
            raise _NotFollowedError(text)
        return EXPANSION.sub(self.value, text)

    def value(self, found: re.Match[str]) -> str:
        """Of one variable or argument."""
        name = found["bare"] or found["name"]
        if name.isdigit():
            values = dict(enumerate([self.name, *self.arguments]))
            value = values.get(int(name))
        else:
            value = self.own.get(name)
        if not value and found["how"]:
            return self.variables(found["default"])
        return value or ""


def before(text: str) -> list[str]:
    """Statements of shell text that run something before the last one, or beside it, and files that it reads."""
    text = re.sub(r"\\\n", " ", text)
    statements = [LED.sub("", part.strip()) for part in re.split(r"\n|&&|\|\||;(?!;)", text)]
    statements = [part for part in statements if part and not part.startswith("#")]
    kept = [part for part in statements[:-1] if not QUIET.match(part)]
    return kept + re.findall(r"(?<!<)<[ \t]*([^\s<>&;|()]+)", statements[-1] if statements else "")


def instrumented(text: str, probe: Sequence[str]) -> str:
    """The text in which every `exec`, and the last command, is handed to a probe with its words expanded."""
    words = shlex.join(probe) if hasattr(shlex, "join") else " ".join(map(shlex.quote, probe))
    text = re.sub(r"\\\n", " ", text)
    lines = text.rstrip().split("\n")
    last = re.match(r"((?:.*(?:&&|;)[ \t]*)?)(.*)$", lines[-1], re.DOTALL)
    if (
        last
        and last[2]
        and last[2].split()[0] not in ("exec", "fi", "done", "esac", "}", "wait")
        and "exec" not in last[2]
    ):
        command = LAST.fullmatch(last[2])
        if command and not last[2].rstrip().endswith(("&", ";;")) and _closed(last[1]):
            lines[-1] = f"{last[1]}{command[1]}exec {command[2]}"
    return EXEC.sub(lambda found: f"{found['before']}exec {words} ", "\n".join(lines))


def _closed(text: str) -> bool:
    """Whether quotes end before the text does."""
    try:
        shlex.split(text)
    except ValueError:
        return False
    return True
