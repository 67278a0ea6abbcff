from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="pandas 3 counts time in microseconds, pandas 2 in nanoseconds",
    kind="version",
    silent=True,
    story="The features convert a time to an integer and divide by 10**9 to get seconds, because it has always been "
    "nanoseconds. pandas 3 keeps the resolution of its input, which is microseconds for Python's datetimes and for "
    "most text. The integer is a thousand times smaller, a day passes in a minute and a half, and nothing warns.",
    source="https://github.com/blakeblackshear/frigate/pull/22688 https://github.com/pandas-dev/pandas/pull/62801",
    caught_by="gate",
    checks=("predictions", "packages"),
    fix="one image; compute the feature with .dt, which knows its unit, as shared/problem/features.py does",
    hint="print the minute of departure of one flight on both sides",
)
