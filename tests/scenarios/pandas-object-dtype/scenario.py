from tests.harness.scenario import Scenario

SCENARIO = Scenario(
    title="pandas 3 keeps text as str, and a test for object finds none",
    kind="version",
    silent=True,
    story="A loop brings text into one form, and knows text columns by dtype == object. In pandas 3 text has a type of "
    "its own, str: the loop finds nothing to do. The codes stay as the source sends them, in small letters; the "
    "encoder was told to ignore what it does not know, and knows none of them.",
    source="https://github.com/casact/chainladder-python/issues/728 https://github.com/DOI-USGS/sfrmaker/pull/204 "
    "https://github.com/pandas-dev/pandas/issues/61916",
    caught_by="gate",
    checks=("packages",),
    fix="one image; a contract that says what codes look like, and refuses others",
    hint="how many carriers are unknown to the encoder on both sides?",
)
