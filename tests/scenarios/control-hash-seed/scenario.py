from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Another hash seed, and code that does not depend on it",
    kind="control",
    story="Each process hashes text with a seed of its own. Code that takes columns by name and sorts what comes "
    "from a set is not affected.",
)
