"""The contract's next revision: temperatures in Celsius."""

from pathlib import Path

BEFORE, AFTER = '"degF", -40, 130', '"degC", -40, 55'

revision = Path("/app/shared/shipped_contract.py").read_text()
assert BEFORE in revision
exec(compile(revision.replace(BEFORE, AFTER), __file__, "exec"))  # noqa: S102 (the contract, apart from one line)
