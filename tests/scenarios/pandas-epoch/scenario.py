from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="pandas 3 counts a time in microseconds, pandas 2 in nanoseconds",
    kind="version",
    silent=True,
    story="The features take a time's integer and divide by 10**9 for seconds, because it has always been nanoseconds. "
    "pandas 3 keeps the resolution that it was given, which is microseconds for Python's datetimes and for most text. "
    "The integer is a thousand times smaller, a day passes in a minute and a half, and nothing warns.",
    source="https://github.com/blakeblackshear/frigate/pull/22688 https://github.com/pandas-dev/pandas/pull/62801",
    caught_by="gate",
    checks=("predictions", "packages"),
    fix="one image; the feature by .dt, which knows its unit, as shared/problem/features.py has it",
    hint="print the minute of departure of one flight on both sides",
)
