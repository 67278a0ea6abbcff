from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="the same moments, written with their offset from UTC",
    kind="control",
    story="One sender writes times in UTC, another in local time with its offset. They are the same moments.",
)
