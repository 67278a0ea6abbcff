from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="pip and setuptools are installed",
    kind="control",
    story="Prod's image contains the tools that installed it, and dev's does not. The code imports neither.",
)
