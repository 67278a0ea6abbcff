import itertools
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from shared.errors import ParityError
from shared.image import slim, wheels
from shared.image.paths import ROOT
from shared.parity.sources import clock


def test_uv_is_pinned_to_the_version_that_the_project_requires() -> None:
    """One line with one version, and a hash for every platform's wheel."""
    text = wheels.PINS.read_text()
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["required-version"]
    assert re.findall(r"^uv(==\S+)", text, re.MULTILINE) == [required]
    assert len(set(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", text))) >= 10


def test_a_failed_install_leaves_nothing_behind(tmp_path, monkeypatch) -> None:
    """Half a folder would be taken for a whole one by the next build."""

    def fail(requirements: str, site: Path, arch: str) -> None:
        (site / "half").mkdir()
        raise ParityError("no network", evidence="", remedy="")

    monkeypatch.setattr(wheels, "locked", str.upper)
    monkeypatch.setattr(wheels, "install", fail)
    with pytest.raises(ParityError):
        wheels.ensure_site("image", "x86_64", tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith("image")]


def test_a_second_build_installs_nothing(tmp_path, monkeypatch) -> None:
    """And scripts run with the image's Python, not the host's."""
    calls = []

    def install(requirements: str, site: Path, arch: str) -> None:
        calls.append(requirements)
        (site / "bin").mkdir()
        (site / "bin" / "flask").write_text("#!/usr/bin/python3.11\nimport flask\n")

    monkeypatch.setattr(wheels, "locked", str.upper)
    monkeypatch.setattr(wheels, "install", install)
    target = wheels.ensure_site("image", "x86_64", tmp_path)
    assert wheels.ensure_site("image", "x86_64", tmp_path) == target
    assert calls == ["IMAGE"]
    assert (target / "bin/flask").read_text() == "#!/opt/venv/bin/python3\nimport flask\n"
    assert {path.stat().st_mtime for path in target.rglob("*")} == {wheels.EPOCH}, "times are in the image"


def test_of_two_builds_at_once_the_first_one_wins(tmp_path, monkeypatch) -> None:
    """The later one uses the folder it finds."""

    def install(requirements: str, site: Path, arch: str) -> None:
        (site / "bin").mkdir()
        rival = site.parents[2].with_name("image")
        rival.mkdir(exist_ok=True)
        (rival / "rival").touch()

    monkeypatch.setattr(wheels, "locked", str.upper)
    monkeypatch.setattr(wheels, "install", install)
    target = wheels.ensure_site("image", "x86_64", tmp_path)
    assert [path.name for path in target.iterdir()] == ["rival"]
    assert [path.name for path in target.parent.iterdir()] == ["image"]


def test_slimming_takes_test_suites_and_headers_and_counts_the_bytes(tmp_path) -> None:
    """What others import at run time stays, though it sounds like tests."""
    for name in (
        "numpy/tests/test_core.py",
        "numpy/linalg/tests/test_linalg.py",
        "numpy/testing/__init__.py",
        "numpy/include/ndarray.h",
        "numpy/__init__.pyi",
        "sklearn/utils/_testing.py",
        "tests.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x" * 10)
    savings = slim.slim(tmp_path)
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert left == ["numpy/__init__.pyi", "numpy/testing/__init__.py", "sklearn/utils/_testing.py", "tests.py"]
    assert (savings.before, savings.after) == (70, 40)


def test_a_clock_appears_whole_or_not_at_all_and_once(tmp_path, monkeypatch) -> None:
    """Kept by Python and platform; a failed install leaves nothing behind."""
    calls = []

    def install(requirements: str, site: Path, arch: str, python: str, libc: str) -> None:
        calls.append((requirements, python, arch, libc))
        (site / "half").touch()
        if python == "3.9":
            raise ParityError("no wheel", evidence="", remedy="")

    monkeypatch.setattr(wheels, "install", install)
    monkeypatch.setattr(wheels, "locked", str.upper)
    where = ("aarch64", "unknown-linux-musl")
    folder = wheels.ensure_clock("3.13", *where, tmp_path)
    assert wheels.ensure_clock("3.13", *where, tmp_path) == folder
    with pytest.raises(ParityError):
        wheels.ensure_clock("3.9", *where, tmp_path)
    assert calls == [("CLOCK", "3.13", *where), ("CLOCK", "3.9", *where)]
    assert list((tmp_path / "clock").iterdir()) == [folder]


def test_the_lock_has_a_clock_for_each_python_that_is_said_to_be_supported() -> None:
    """CPython 3.11 to 3.15, x86_64 and aarch64, glibc and musl."""
    assert clock.SUPPORTED == "CPython 3.11 to 3.15 on x86_64 or aarch64"
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    (package,) = [package for package in packages if package["name"] == "time-machine"]
    names = [wheel["url"].rpartition("/")[2] for wheel in package["wheels"]]
    for minor, arch, libc in itertools.product(range(11, 16), ("x86_64", "aarch64"), ("manylinux_2_28", "musllinux")):
        assert [name for name in names if f"-cp3{minor}-cp3{minor}-" in name and libc in name and arch in name]


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """The project's own requirements and lock, to change."""
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(wheels, "ROOT", tmp_path)
    monkeypatch.setattr(wheels, "CACHE", tmp_path / ".cache")
    if not (uv := ROOT / ".cache/tools/bin/uv").exists():
        pytest.skip("the project's uv is not installed yet")
    monkeypatch.setattr(wheels, "ensure_uv", lambda: uv)
    return tmp_path


def test_the_lock_is_the_one_of_these_requirements(project) -> None:
    """Without a network, and in a moment."""
    wheels.check_lock()


@pytest.mark.parametrize(("old", "new"), [('"flask>=3.1.3"', '"flask>=4"'), ("image = [", 'image = ["polars>=1",')])
def test_a_requirement_that_the_lock_lacks_fails_the_build(project, old, new) -> None:
    """It would be in no image, and nobody would know before it is imported."""
    path = project / "pyproject.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ParityError, match=r"uv\.lock does not hold") as caught:
        wheels.check_lock()
    assert caught.value.evidence == f"not in the lock: {'flask>=4' if 'flask' in new else 'polars>=1'}"
