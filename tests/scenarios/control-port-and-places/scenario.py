from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="other addresses",
    kind="control",
    story="Where the database is, which port is published and whose key is used differ between dev and prod "
    "by their nature.",
)
