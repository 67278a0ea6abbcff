from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="40 instead of 40.0",
    kind="control",
    story="JavaScript writes 40.0 as 40. In JSON both are the same number.",
)
