from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="pandas 3 changes a copy where pandas 2 changed the table",
    kind="version",
    silent=False,
    story="table[column].mask(…, inplace=True) repairs a column in place, and did so for years. In pandas 3 a column "
    "taken from a table is always a copy: the repair is made and thrown away. The ChainedAssignmentError that reports "
    "it is a warning in spite of its name; the service goes on and answers.",
    source="https://github.com/monarch-initiative/monarch-ingest/pull/705 https://github.com/facebook/Ax/pull/4799",
    caught_by="gate",
    checks=("predictions", "packages"),
    fix="one image; assign the result, and turn warnings into errors in tests",
    hint="what is the smallest minute of departure on both sides?",
)
