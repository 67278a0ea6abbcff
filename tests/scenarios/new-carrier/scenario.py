from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="an airline that training never saw",
    kind="world",
    silent=True,
    story="ExpressJet, with one in seven of these flights, goes back to the code that it had once: XE. Nothing is "
    "wrong with what is sent, and nothing differs between dev and prod: the world has changed. The model answers as "
    "for an average airline, and ExpressJet was not one. Refusing would help nobody; somebody has to be told.",
    source="none found",
    caught_by="monitor",
    checks=("window",),
    fix="answers name what the model never saw (unseen), a counter in /metrics adds it up, a window is compared with "
    "training; then the model is trained again",
    hint="which of today's categories are not in the model's passport?",
)
