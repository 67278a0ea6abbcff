from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="variables that nobody reads",
    kind="control",
    story="An orchestrator adds variables of its own to every container. None is read by the code.",
)
