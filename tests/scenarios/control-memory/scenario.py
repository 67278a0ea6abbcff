from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="More memory",
    kind="control",
    story="Prod's machine is larger than dev's, and its container may use more memory.",
)
