from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="An airline appears that training never saw",
    kind="world",
    silent=True,
    story="ExpressJet, with one in seven of these flights, goes back to a code that it once had: XE. Nothing is "
    "wrong with the requests, and nothing differs between dev and prod: the world has changed. The model answers as "
    "for an average airline, and ExpressJet was not average. Refusing would help nobody; somebody has to be informed.",
    source="none found",
    caught_by="monitor",
    checks=("window",),
    fix="answers name what the model never saw (unseen), /metrics counts it, and the monitor compares a window with "
    "training; then train the model again",
    hint="which of today's categories are not in the model's passport?",
)
