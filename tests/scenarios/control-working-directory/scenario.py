from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Another working directory",
    kind="control",
    story="The service is started from another folder, and finds its code through PYTHONPATH.",
)
