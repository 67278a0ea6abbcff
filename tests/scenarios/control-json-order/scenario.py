from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="JSON keys in another order, and more spaces",
    kind="control",
    story="JSON objects have no order, and spaces between values mean nothing. Fields are taken by name.",
)
