"""The base error, and how programs end."""

from collections.abc import Callable

import pytest

from shared.errors import ParityError, program

ERROR = ParityError("the file is damaged", evidence="expected a, got b", remedy="make dev")


class BrokenError(ParityError):
    """A broken promise."""

    exit_code = 1


def raising(error: BaseException) -> Callable[[], int]:
    """A program that ends with it."""

    @program
    def main() -> int:
        raise error

    return main


def test_an_error_has_three_parts() -> None:
    """Printed, an error is three lines: what happened, what was seen, what to do."""
    assert str(ERROR).splitlines() == [
        "the file is damaged",
        "  evidence: expected a, got b",
        "  remedy:   make dev",
    ]


def test_a_program_returns_its_own_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """Arguments are passed on, and nothing is printed."""
    assert program(lambda code: code)(1) == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("error", "code"), [(ERROR, 2), (BrokenError("x", evidence="y", remedy="z"), 1)])
def test_a_program_prints_an_error_and_returns_its_code(
    error: ParityError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """On stderr, without a traceback; unless its class says more, the question could not be decided."""
    assert raising(error)() == code
    assert capsys.readouterr() == ("", f"error: {error}\n")


def test_a_program_that_is_interrupted_ends_as_shells_expect(capsys: pytest.CaptureFixture[str]) -> None:
    """128 and the number of the signal, without a word."""
    assert raising(KeyboardInterrupt())() == 130
    assert capsys.readouterr() == ("", "")


def test_an_unexpected_error_is_not_a_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Python would exit with 1, which means "broken"; the traceback is there for whoever mends it."""
    assert raising(ZeroDivisionError("of rows"))() == 2
    error = capsys.readouterr().err
    assert error.startswith("Traceback")
    assert "error: the program failed, and nothing is decided\n  evidence: ZeroDivisionError: of rows (" in error


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied", "/srv/models"), OSError(28, "No space left on device")]
)
def test_a_disk_that_is_full_or_closed_is_the_users_to_mend(error: OSError, capsys: pytest.CaptureFixture[str]) -> None:
    """Three parts, and no traceback: the program is right, and its surroundings are not."""
    assert raising(error)() == 2
    err = capsys.readouterr().err
    assert err.startswith("error: a file cannot be read or written\n")
    assert "Traceback" not in err


def test_a_signal_is_in_the_exit_code() -> None:
    """As a shell has it: 143 after SIGTERM."""
    assert raising(KeyboardInterrupt(15))() == 143
