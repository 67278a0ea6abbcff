import os

from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="More threads for the same model",
    kind="control",
    story="Trees are added up in one order, however many threads share the rows, so the answers are the same.",
    unavailable=lambda: "" if (os.cpu_count() or 1) > 1 else "two threads on one CPU are too many",
)
