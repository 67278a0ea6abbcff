from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The source stops sending the weather",
    kind="data",
    frame="lenient",
    silent=True,
    story="The contract with the weather provider ends, and its columns are no longer sent. The service reindexes "
    "what it receives to the columns that the model knows, so they are there, but empty. Gradient boosting accepts "
    "missing values without a warning: in training they were the rare hour without a report.",
    source="none found",
    caught_by="request",
    checks=("contract",),
    fix="send an unknown value as null, and refuse a field that is not sent: not knowing is not the same as leaving "
    "out",
    hint="which keys does a request have, and which does the contract name?",
)
