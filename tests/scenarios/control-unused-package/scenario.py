from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Another release of a package that no prediction uses",
    kind="control",
    story="The documentation page comes from a package of its own. Another release of it changes no answer.",
)
