from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="bool('f') is True",
    kind="data",
    silent=True,
    story="The source's table has no null: where there are no gusts their speed is 0, and a flag says that it does not "
    "count. The export moves from a script, which wrote True and False, to the database's own COPY, which writes t and "
    "f. pandas knows the former as booleans; the latter stay text, and every text but the empty one is true. All zeros "
    "count: missing values are gone from two columns, and a still hour is one with gusts of 0 miles per hour.",
    source="https://github.com/ceumicrodata/mETL/issues/15 https://github.com/titu1994/PyCTakesParser/pull/4",
    caught_by="monitor",
    checks=("window",),
    fix="null means unknown, without a flag beside it; a window of requests is compared with training",
    hint="how many values of each column are missing, in training and today?",
)
