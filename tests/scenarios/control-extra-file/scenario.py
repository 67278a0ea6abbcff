from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Additional files outside the code",
    kind="control",
    story="An operations team puts a program and a note into the container, outside the folder of the code.",
)
