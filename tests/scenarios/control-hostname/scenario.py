from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Another host name",
    kind="control",
    story="Every container has a host name of its own, and no two are the same.",
)
