from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="pandas 3 stores text as str, so code that looks for object columns finds none",
    kind="version",
    silent=True,
    story="A loop strips the blanks that fixed-width records leave around codes, and recognises text columns by "
    "dtype == object. In pandas 3 text has a type of its own, str: the loop finds nothing to do, and nothing fails. "
    "The codes keep their blanks; the encoder ignores categories that it does not know, and it knows none of them.",
    source="https://github.com/casact/chainladder-python/issues/728 https://github.com/DOI-USGS/sfrmaker/pull/204 "
    "https://github.com/pandas-dev/pandas/issues/61916",
    caught_by="gate",
    checks=("predictions", "packages"),
    fix="one image; name the columns instead of guessing them by their type",
    hint="how many carriers are unknown to the encoder on both sides?",
)
