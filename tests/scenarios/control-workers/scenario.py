from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="more workers and threads",
    kind="control",
    story="Prod answers more people than dev, with more processes and more threads in each.",
)
