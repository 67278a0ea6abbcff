from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="another release of a package that no prediction passes through",
    kind="control",
    story="The page with the documentation and the log's format come from packages of their own. Another "
    "release of these changes no answer.",
)
