from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="An older processor, and a model that gives the same answers on it",
    kind="control",
    story="numpy runs other code on a processor without AVX-512 or AVX2. Adding up trees does not use that code, and "
    "the golden answers prove it.",
)
