from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="the source leaves the weather out",
    kind="data",
    silent=True,
    story="The contract with the weather provider ends, and its columns are no longer in what is sent. The service "
    "reindexes what it receives to the columns that the model knows, so they are there, and empty. Gradient boosting "
    "takes missing values without a word: in training they were the rare hour without a report.",
    source="none found",
    caught_by="request",
    checks=("contract",),
    fix="an unknown value is sent as null, a field that is not sent is refused: leaving out and not knowing differ",
    hint="which keys does a request have, and which does the contract name?",
)
