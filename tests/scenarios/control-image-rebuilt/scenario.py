from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="the image built again",
    kind="control",
    story="Another build of the same packages has another ID, other layers and another date. Each file is the same.",
)
