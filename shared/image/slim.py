"""Take out of installed packages what only their own developers need."""

import shutil
from dataclasses import dataclass
from pathlib import Path

# Cython and C sources, the templates of these, source maps, static libraries. Type stubs stay: mypy reads numpy's.
SUFFIXES = {".a", ".c", ".cpp", ".h", ".hpp", ".map", ".pxd", ".pxi", ".pyx", ".tp"}


@dataclass(frozen=True)
class Savings:
    """Bytes in regular files before and after."""

    before: int
    after: int

    def __str__(self) -> str:
        return f"{self.before / 1e6:.1f} MB, {self.after / 1e6:.1f} MB without their tests and headers"


def slim(site: Path) -> Savings:
    """Remove test suites and build-time files below a site-packages folder.

    Only folders called exactly `tests` go: `numpy.testing`, `pandas._testing` and
    `sklearn.utils._testing` are imported at run time by others.
    """
    before = size(site)
    for folder in sorted(site.glob("*/**/tests")):
        if folder.is_dir():
            shutil.rmtree(folder)
    for path in site.rglob("*"):
        if path.suffix in SUFFIXES and path.is_file():
            path.unlink()
    return Savings(before, size(site))


def size(folder: Path) -> int:
    """Bytes in regular files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
