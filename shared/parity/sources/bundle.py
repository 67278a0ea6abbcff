"""The package `facts` as one program, which can be piped to the Python of any image: `python3 - CONTEXT`.

It writes nothing to disk, and imports the standard library before anything of the image can stand in its way.
"""

import json
from pathlib import Path

from shared.compare import facts

FOLDER = Path(facts.__file__).parent
NAME = "parity_facts"

# Read by any Python back to 2.7, which is to say what it lacks, and not to fail at the syntax.
PROGRAM = """\
# Prints one line of JSON: the facts of the environment of this Python. Standard library only, nothing is written.
import sys

SOURCES = {sources}

if sys.version_info < (3, 8):
    version = ".".join(str(part) for part in sys.version_info[:3])
    sys.stdout.write('{{"error": "CPython 3.8 or newer is needed, this is ' + version + '"}}\\n')
    sys.exit(0)

# The working folder and PYTHONPATH may hold modules of the names of standard ones.
if "" in sys.path:
    sys.path.remove("")
path = sys.path[:]
import os
standard = os.path.dirname(os.path.realpath(os.__file__))
sys.path[:] = [
    folder for folder in path
    if os.path.basename(folder).startswith("python3") and folder.endswith(".zip") or (
        (os.path.realpath(folder) + "/").startswith(standard + "/") and not folder.endswith("-packages"))
]
import warnings
warnings.simplefilter("ignore")  # PYTHONWARNINGS may make them errors
import importlib.util
import json
import tempfile  # zoneinfo imports it later, where a package has the rules


class Importer:
    def find_spec(self, name, path=None, target=None):
        if name in SOURCES:
            return importlib.util.spec_from_loader(name, self, is_package=name == {name!r})

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(SOURCES[module.__name__], module.__name__, "exec"), module.__dict__)


sys.meta_path.insert(0, Importer())
import {name}
sys.path[:] = path
taken = {name}.snapshot(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {{}})
sys.stdout.write(json.dumps(taken) + "\\n")
"""


def bundle() -> bytes:
    """The program, in ASCII."""
    sources = {
        NAME if path.stem == "__init__" else f"{NAME}.{path.stem}": path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.glob("*.py"))
    }
    literal = "{\n" + "".join(f"    {name!r}: {json.dumps(text)},\n" for name, text in sources.items()) + "}"
    return PROGRAM.format(sources=literal, name=NAME).encode("ascii")
