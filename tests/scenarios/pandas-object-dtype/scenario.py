from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="pandas 3 keeps text as str, and a test for object finds none",
    kind="version",
    silent=True,
    story="A loop strips the blanks that records of fixed width leave around codes, and knows text columns by "
    "dtype == object. In pandas 3 text has a type of its own, str: the loop finds nothing to do, and says nothing. The "
    "codes keep their blanks; the encoder was told to ignore what it does not know, and knows none of them.",
    source="https://github.com/casact/chainladder-python/issues/728 https://github.com/DOI-USGS/sfrmaker/pull/204 "
    "https://github.com/pandas-dev/pandas/issues/61916",
    caught_by="gate",
    checks=("predictions", "packages"),
    fix="one image; columns that are named, not guessed by their type",
    hint="how many carriers are unknown to the encoder on both sides?",
)
