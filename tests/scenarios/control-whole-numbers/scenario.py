from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="40 for 40.0",
    kind="control",
    story="JavaScript writes 40.0 as 40. To JSON both are one number.",
)
