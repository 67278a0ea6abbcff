from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="less of the processor",
    kind="control",
    story="Prod gets a share of a processor. It answers later, and the same.",
)
