from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="another user",
    kind="control",
    story="A platform runs containers under a user ID of its own choice, as OpenShift does.",
)
