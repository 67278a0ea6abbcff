from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The flag arrives as text, and bool('f') is True",
    kind="data",
    frame="lenient",
    silent=True,
    story="The source's table has no nulls: where there are no gusts their speed is 0, and a flag says that the 0 "
    "does not count. The export moves from a script, which wrote True and False, to the database's own COPY, which "
    "writes t and f. pandas reads the former as booleans; the latter stay text, and every text but the empty one is "
    "true. Now all zeros count: missing values disappear from two columns, and a still hour is one with gusts of 0 "
    "miles per hour.",
    source="https://github.com/ceumicrodata/mETL/issues/15 https://github.com/titu1994/PyCTakesParser/pull/4",
    caught_by="monitor",
    checks=("window",),
    fix="null means unknown, without a flag beside it; compare a window of requests with training",
    hint="how many values of each column are missing, in training and today?",
)
