from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="another working folder",
    kind="control",
    story="The service is started from another folder, and finds its code through PYTHONPATH.",
)
