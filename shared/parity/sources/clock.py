"""A clock that is wrong on purpose, for every Python of a container: PyPI's time-machine, started by Python itself.

It replaces datetime's and time's functions inside CPython, so pandas and a program's own imports are led astray
alike. What asks the kernel past Python (NumPy's "now", a library in C) is not. libfaketime would reach that too, but
comes with a distribution alone, made for that one's C library; wheels are there for any, and locked in uv.lock.
"""

import io
import re
import tarfile

from shared.parity.sources.docker import DockerError

FOLDER = "/parity-clock"
SECONDS = (565 * 24 + 7) * 3600 + 13 * 60
"""Ahead: another year, month, weekday, hour and minute, wherever one begins."""
SUPPORTED = "CPython 3.11 to 3.15 on x86_64 or aarch64"
LIBCS = {"gnu": "manylinux_2_28", "musl": "unknown-linux-musl"}
SITECUSTOMIZE = f"""\
import os, sys, time
import time_machine
time_machine.travel(time.time() + {SECONDS}, tick=True).start()
sys.path.remove(os.path.dirname(__file__))
del sys.modules["sitecustomize"]
try:
    import sitecustomize  # the image's own, which this one hides
except ImportError:
    pass
"""


def archive(abi: str) -> bytes:
    """What is to be in `FOLDER`, first on PYTHONPATH, as a tar archive.

    Args:
        abi: of the Python, as its SOABI names it, such as cpython-313-x86_64-linux-gnu.

    Raises:
        ParityError: there is nothing for that Python, or it cannot be fetched.
    """
    try:
        from shared.image import wheels  # in a checkout on the host alone: the image and a wheel have no such tools
    except ImportError as error:
        remedy = "leave out --container; or type the same in a checkout: python3 -m shared.parity replay …"
        raise DockerError("there is no clock to move here", evidence=str(error), remedy=remedy) from None
    parts = re.fullmatch(r"cpython-3(1[1-5])-(x86_64|aarch64)-linux-(gnu|musl)", abi)
    if not parts:
        raise DockerError(
            "the clock of such a Python cannot be moved", evidence=f"its SOABI is {abi}", remedy=f"use {SUPPORTED}"
        )
    folder = wheels.ensure_clock(f"3.{parts[1]}", parts[2], LIBCS[parts[3]])
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as packed:
        for path in (*folder.glob("*.so"), *folder.glob("time_machine/*.py")):
            _add(packed, path.relative_to(folder).as_posix(), path.read_bytes())
        _add(packed, "sitecustomize.py", SITECUSTOMIZE.encode())
    return output.getvalue()


def _add(packed: tarfile.TarFile, name: str, content: bytes) -> None:
    """A file that anyone may read, whoever has it on the host."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o644
    packed.addfile(entry, io.BytesIO(content))
