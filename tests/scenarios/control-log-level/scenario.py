from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="More log output",
    kind="control",
    story="Somebody is looking for a fault and lets prod log more than before.",
)
