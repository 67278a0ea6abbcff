from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Another time zone, and code that does not depend on it",
    kind="control",
    story="Features are computed from aware times in the airport's zone, so the machine's own zone does not matter. "
    "The golden answers prove it.",
)
