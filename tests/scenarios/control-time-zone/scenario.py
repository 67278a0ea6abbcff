from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="another time zone, and code that does not ask for it",
    kind="control",
    story="Features are computed from aware times in the zone of the airport, so the machine's own zone is of "
    "no interest. The golden answers prove it.",
)
