from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Another user ID",
    kind="control",
    story="A platform runs containers under a user ID of its own choice, as OpenShift does.",
)
