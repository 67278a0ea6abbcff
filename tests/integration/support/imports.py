"""What a module imports, read from its source."""

import ast
import re
from pathlib import Path

DOTTED = re.compile(r"\w+(\.\w+)+")


def imports(name: str, path: Path) -> set[str]:
    """Names that a module imports, at any place in it, or has as a text, as gunicorn's worker class is named.

    Of `from a import b`, both `a` and `a.b`; of a text `a.b.C`, `a.b` as well.
    """
    found = set()
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found |= {source, *(f"{source}.{alias.name}" for alias in node.names)}
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"\w+(\.\w+)+", node.value)
        ):
            found |= {node.value, node.value.rpartition(".")[0]}
    return found
