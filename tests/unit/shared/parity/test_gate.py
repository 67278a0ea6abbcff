"""What the gate advises where nothing was replayed."""

import pytest

from shared.compare.report import Report, Snapshot
from shared.parity import gate
from tests.unit.shared.compare.sides import Facts, changed


def compared(ours: Facts, theirs: Facts) -> Report:
    """Two sides without a replay."""
    return gate.report(Snapshot("image:a", ours), Snapshot("image:b", theirs), gate.NOTHING)


@pytest.mark.parametrize(
    ("fact", "how"),
    [(("servers", ["gunicorn"]), "--http"), (("imports", ["json", "flask"]), "--http"), (("imports", []), "--predict")],
)
def test_a_risk_without_a_replay_comes_with_advice(fact: tuple[str, list[str]], how: str) -> None:
    """Through the server where one is started; where nothing differs there is none."""
    facts = changed({}, ("servers", []), ("imports", []), ("named", []), ("variables", {}), fact)
    report = compared(facts, changed(facts, ("variables", {"MODEL_ROUNDING": "2"})))
    assert f"--golden FILE {how}" in report.untried
    assert compared(facts, facts).untried == ""
