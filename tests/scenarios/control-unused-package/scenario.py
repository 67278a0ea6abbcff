from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="A package more, which no code imports",
    kind="control",
    story="Somebody looked at what prod does, and the profiler is still installed. Nothing imports it, so no answer "
    "changes.",
)
