from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="the third of April read as March the fourth",
    kind="data",
    silent=True,
    story="An export writes 03/12/2013 for the third of December, as most of the world does. The parser takes the "
    "first number for the month, as Americans do, and if there is no such month, it takes it for the day: row by row, "
    "without a word. The first twelve days of a month go wrong and the rest is right, and a wrong date is a date "
    "like any other, with another weekday and, in another half of the year, another hour.",
    source="https://github.com/pandas-dev/pandas/issues/12585 https://github.com/pandas-dev/pandas/issues/3341",
    caught_by="request",
    checks=("contract",),
    fix="times are RFC 3339: year, month, day, and nothing to guess",
    hint="count departures by day: what happens after the twelfth?",
)
