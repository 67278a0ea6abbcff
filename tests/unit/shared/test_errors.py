"""The base error: three parts, told apart."""

from shared.errors import ParityError


def test_an_error_says_what_evidence_and_remedy() -> None:
    """Printed, an error is three lines: what happened, what was seen, what to do."""
    error = ParityError("the file is damaged", evidence="expected a, got b", remedy="make dev")
    assert str(error).splitlines() == [
        "the file is damaged",
        "  evidence: expected a, got b",
        "  remedy:   make dev",
    ]


def test_an_unknown_outcome_is_not_a_broken_promise() -> None:
    """Unless a subclass says more, an error means that the question could not be decided."""
    assert ParityError.exit_code == 2
