from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="prod's contract is of another revision than the model",
    kind="code",
    silent=False,
    story="The contract moves to Celsius, for a partner abroad; the service is deployed, the model that was trained in "
    "Fahrenheit stays. 60 degrees are more than the new contract allows, so one warm flight has a whole request "
    "refused, and that is noticed. It is the lucky half: in winter 20 degrees are taken, and nobody can tell whose.",
    source="none found",
    caught_by="gate",
    checks=("contract", "code"),
    fix="the passport holds the contract's hash: a model of another contract is not loaded",
    hint="GET /contract on both sides",
)
