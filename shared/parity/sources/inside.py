"""Take the snapshot, then answer, each in a process of its own: `docker.py` pipes this into an environment.

One container for both starts sooner, and reads its files once. Standard input is a tar archive of
`snapshot.py`, `answer.py` (or one of them) and the model's files; nothing is kept. Arguments are seconds
that each may take, and variables for it as JSON, unset where null. Prints JSON, by program: its exit
code (of a signal the negative number; SIGALRM if it took longer), what it printed, and its last words.
"""

import json
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PROGRAMS = ("snapshot.py", "answer.py")


def main() -> int:
    """Unpack, and run both through this Python."""
    with tempfile.TemporaryDirectory(dir=_writable()) as folder:
        with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member)
                if content:
                    (Path(folder) / Path(member.name).name).write_bytes(content.read())
        print(json.dumps({name: _run(Path(folder), name) for name in PROGRAMS if Path(folder, name).exists()}))
    return 0


def _writable() -> str:
    """A folder for temporary files; in a container that is read-only throughout, shared memory."""
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:
        return "/dev/shm"  # noqa: S108  # mkdtemp makes a folder of our own there


def _run(folder: Path, program: str) -> dict[str, Any]:
    seconds, given = float(sys.argv[1]), json.loads(sys.argv[2])
    variables = {name: value for name, value in {**os.environ, **given}.items() if value is not None}
    if program == "answer.py":
        # Both sides answer at the same time, and the OpenMP threads of two processes starve each other.
        variables.setdefault("OMP_NUM_THREADS", "1")
    argument = str(folder) if program == "answer.py" else "{}"
    with (folder / program).open("rb") as source:
        command = [sys.executable, "-", argument]
        try:
            done = subprocess.run(command, stdin=source, capture_output=True, env=variables, timeout=seconds)
        except subprocess.TimeoutExpired:
            return {"code": -signal.SIGALRM, "printed": "", "said": f"it ran for more than {seconds:g} seconds"}
    printed, said = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    return {"code": done.returncode, "printed": printed, "said": (said.strip().splitlines() or [""])[-1]}


if __name__ == "__main__":
    sys.exit(main())
