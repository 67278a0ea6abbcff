"""Settings: typed, with defaults, and strict about numbers."""

import ast
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from shared.settings import SettingError, Settings, read

NUMBERS = [field.metadata["variable"] for field in fields(Settings) if field.type in (int, float)]


def test_an_empty_environment_has_defaults() -> None:
    """Nothing needs to be set."""
    assert read({}) == read({name.metadata["variable"]: name.metadata["default"] for name in fields(Settings)})


def test_the_environment_wins_over_defaults() -> None:
    """Each variable sets its own setting, with its type."""
    before = asdict(read({}))
    for field in fields(Settings):
        text = {"guard": "warn", "scorer": "pipeline"}.get(field.name, "7")
        after = asdict(read({field.metadata["variable"]: text}))
        assert after == before | {field.name: field.type(text)}


@pytest.mark.parametrize("variable", NUMBERS)
@pytest.mark.parametrize("text", ["", "many", "-1", "nan", "inf", "1e999", "0x10", "1,000"])
def test_a_number_is_a_number(variable: str, text: str) -> None:
    """What is no finite number of 0 or more stops the start, and the message has name, value and default."""
    with pytest.raises(SettingError) as caught:
        read({variable: text})
    assert repr(text) in caught.value.what
    assert variable in caught.value.what
    assert "unset" in caught.value.remedy


def test_the_image_record_has_what_the_build_given() -> None:
    """The passport's record of the image comes from the variables that build and Compose set."""
    given = {"PARITY_IMAGE": "sha256:1", "PARITY_REVISION": "2", "PARITY_LOCK_SHA256": "3", "PARITY_BASE": "4"}
    assert read(given).image_record() == {"id": "sha256:1", "revision": "2", "lock_sha256": "3", "base": "4"}


def test_nothing_else_reads_the_environment() -> None:
    """`os.environ` and `os.getenv` appear in settings, snapshot, the gate (run on its own), and gunicorn's set-up."""
    found = {
        path.as_posix()
        for folder in ("dev", "prod", "shared")
        for path in Path(folder).rglob("*.py")
        if not path.is_relative_to("shared/image")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
    }
    assert found <= {
        "shared/settings.py",
        "shared/compare/facts/context.py",
        "shared/parity/options.py",
        "prod/gunicorn.conf.py",
        "shared/parity/sources/sealed.py",  # the limit of memory, which has no option
        "shared/parity/sources/inside/probe.py",  # inside a container, to hand it on
        "shared/parity/sources/inside/loader.py",  # inside a container, to find a folder that it may write to
        "shared/parity/sources/inside/program.py",  # to hand it on
        "shared/parity/replay/inside/witness.py",  # the same
        "shared/parity/bisect/parts.py",  # the same
        "dev/noise.py",  # to give other processes another one
        "shared/lifecycle/containers.py",  # the same, for Compose
    }
