"""What the gate advises where nothing was replayed, and which scorer it says has answered."""

import pytest

from shared.compare.report import Report, Snapshot
from shared.parity import gate
from shared.parity.formats.compared import judged
from shared.parity.predictions import GoldenSet
from shared.parity.replay.side import Side
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


def test_the_report_says_which_scorer_answered() -> None:
    """Of a side whose snapshot does not say, nothing is claimed, and the check is undecided."""
    fact = {"kind": "compiled", "refused": False, "golden": 0.0, "drawn": 1e-16, "requests": 1, "rows": 9}
    fact["noise_floor"] = 1e-15
    answer = {"features": {"columns": ["x"], "rows": [[1.0]]}, "probability": {"columns": ["p"], "rows": [[0.5]]}}
    facts = changed({}, ("stages", answer), ("model", "one"), ("loaded", []), ("packages", {}))
    sides = [Snapshot(name, changed(facts, ("scorer", fact))) for name, fact in (("a", fact), ("b", None))]
    asked = GoldenSet([{"x": 1}], 1e-15, 0.5), "--model m"
    report = gate.report(*sides, gate._modelled(*sides, *asked, Side("a"), Side("b")))
    text = "\n".join(judged(report))
    assert "answered A: compiled, 0.0e+00 from the pipeline on 1 golden requests, 1.0e-16 on 9 rows drawn" in text
    assert "answered B" not in text
    assert any(item.check == "scorer" for item in report.undecided)
