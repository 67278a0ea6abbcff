from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="more is logged",
    kind="control",
    story="Somebody looks for a fault and lets prod log more than before.",
)
