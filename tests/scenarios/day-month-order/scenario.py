from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The third of April is read as the fourth of March",
    kind="data",
    frame="lenient",
    silent=True,
    story="An export writes 03/12/2013 for the third of December, as most of the world does. The parser takes the "
    "first number for the month, as Americans do, and if there is no such month, it takes it for the day: row by row, "
    "without a warning. The first twelve days of a month go wrong and the rest is right. A wrong date is still a "
    "date, with another weekday and, in the other half of the year, another hour.",
    source="https://github.com/pandas-dev/pandas/issues/12585 https://github.com/pandas-dev/pandas/issues/3341",
    caught_by="request",
    checks=("contract",),
    fix="write times as RFC 3339: year, month, day, and nothing to guess",
    hint="count departures by day: what happens after the twelfth?",
)
