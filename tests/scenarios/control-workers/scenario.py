from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="More workers and threads",
    kind="control",
    story="Prod serves more people than dev, with more processes and more threads in each.",
)
