from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="pip and setuptools",
    kind="control",
    story="Prod's image has the tools that installed it, and dev's does not. The code imports neither.",
)
