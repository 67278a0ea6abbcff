from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Other addresses, another port, another key",
    kind="control",
    story="Where the database is, which port is published and whose key is used always differ between dev and prod.",
)
