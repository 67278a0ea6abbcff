from tests.harness.scenario import Scenario

SCENARIO = Scenario(
    title="more threads for the same model",
    kind="control",
    story="Trees are added up in one order however many threads share the rows, so the answers are the same.",
)
