from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="keys in another order, with spaces between",
    kind="control",
    story="JSON objects have no order, and spaces between values mean nothing. Fields are taken by name.",
)
