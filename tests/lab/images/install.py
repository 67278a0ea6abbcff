"""In a build: put the packages of /lab/site in place of those of the same name, as an installer would."""

import compileall
import shutil
import sysconfig
from importlib.metadata import distributions
from pathlib import Path
from py_compile import PycInvalidationMode

SITE = Path(sysconfig.get_path("purelib"))
NEW = Path("/lab/site")


def main():
    """Remove, copy, compile."""
    new = {_name(distribution) for distribution in distributions(path=[str(NEW)])}
    for old in distributions(path=[str(SITE)]):
        if _name(old) in new:
            for file in old.files or ():
                Path(old.locate_file(file)).unlink(missing_ok=True)
            shutil.rmtree(old._path, ignore_errors=True)
    shutil.copytree(NEW, SITE, dirs_exist_ok=True, symlinks=True)
    for top in NEW.iterdir():
        if top.is_dir() and top.suffix != ".dist-info":
            mode = PycInvalidationMode.CHECKED_HASH
            compileall.compile_dir(SITE / top.name, quiet=2, workers=0, invalidation_mode=mode)


def _name(distribution):
    return distribution.metadata["Name"].lower().replace("_", "-")


if __name__ == "__main__":
    main()
