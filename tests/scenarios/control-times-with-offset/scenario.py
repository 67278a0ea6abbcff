from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The same moments, written with another offset from UTC",
    kind="control",
    story="One sender writes times in UTC, another in local time with its offset. They are the same moments.",
)
