from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Environment variables that nothing reads",
    kind="control",
    story="An orchestrator adds variables of its own to every container. The code reads none of them.",
)
