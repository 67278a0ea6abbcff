from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Less CPU time",
    kind="control",
    story="Prod gets a share of one processor. It answers later, but the same.",
)
