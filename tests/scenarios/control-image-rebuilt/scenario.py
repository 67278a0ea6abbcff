from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The image is built again",
    kind="control",
    story="Another build of the same packages has another ID, other layers and another date. Every file is the same.",
)
