from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Python 3.11 in prod adds 0.6, 0.3 and 0.1 to less than one",
    kind="version",
    silent=True,
    story="Since Python 3.12, sum() compensates for what floating point rounds off: 0.6 + 0.3 + 0.1 is 1.0. Python "
    "3.11 adds from left to right and gets 0.9999999999999999. The features use a weather report only if its weights "
    "add up to one; in prod they never do, so no flight has any weather.",
    source="https://github.com/python/cpython/issues/100425 https://github.com/python/cpython/issues/111933 "
    "https://github.com/inmanta/inmanta-core/pull/6714",
    caught_by="gate",
    checks=("predictions", "python"),
    fix="one image, and with it one Python; no test for equality on sums of fractions",
    hint="how many flights have a temperature on both sides?",
)
