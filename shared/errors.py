"""One base error: what happened, the evidence, and what to do next.

Exit codes follow the command line's contract: 1 a broken promise (parity, a damaged
model), 2 the question could not be decided. HTTP statuses follow RFC 9110.
"""


class ParityError(Exception):
    """An error that a user can meet.

    Args:
        what: what happened, one sentence without a full stop.
        evidence: what was seen (paths, hashes, both sides of a comparison).
        remedy: a line to type or a change to make.
    """

    exit_code = 2
    status = 500

    def __init__(self, what: str, *, evidence: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.evidence = evidence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}\n  evidence: {self.evidence}\n  remedy:   {self.remedy}"
