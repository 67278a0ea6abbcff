from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="naive local time: New York on the laptop, UTC in the container",
    kind="environment",
    silent=True,
    story="The hour of departure is taken with datetime.fromtimestamp(), which asks the machine where it is. "
    "Trained on a laptop in New York and served in a container, whose clock is UTC, every flight leaves four or "
    "five hours later than the model believes, and some on another weekday.",
    source="https://github.com/KanishJebaMathewM/Truxify/issues/6514 https://github.com/NatLabRockies/Wattile/issues/234",
    caught_by="gate",
    checks=("predictions", "system"),
    fix="aware datetimes with an explicit zone, as shared/problem/features.py has them",
    hint="print the hour of departure of one flight on both sides",
    fixed_on="both",
)
