from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Prod's contract is a revision ahead of the model",
    kind="code",
    frame="trusting",
    silent=False,
    story="The contract moves to Celsius, for a partner abroad. The service is deployed, but the model that was "
    "trained on Fahrenheit stays. 60 degrees are more than the new contract allows, so one warm flight gets a whole "
    "request refused, and somebody notices. That is the lucky half: in winter 20 degrees are accepted, and nobody can "
    "tell in which unit.",
    source="none found",
    caught_by="gate",
    checks=("contract", "code"),
    fix="the passport holds the contract's hash: prod does not load a model with another contract",
    hint="GET /contract on both sides",
)
