from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="an older processor, and a model that does not mind",
    kind="control",
    story="numpy runs other code on a processor without AVX-512 or AVX2. Adding up trees is no matter of that "
    "code, and the golden answers prove it.",
)
