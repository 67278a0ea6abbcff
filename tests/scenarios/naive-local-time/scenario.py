from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Naive local time means New York on the laptop and UTC in the container",
    kind="environment",
    silent=True,
    story="The hour of departure is computed with datetime.fromtimestamp(), which uses the machine's time zone. The "
    "model was trained on a laptop in New York and is served in a container, whose clock is UTC: every flight leaves "
    "four or five hours later than the model believes, and some on another weekday.",
    source="https://github.com/KanishJebaMathewM/Truxify/issues/6514 https://github.com/NatLabRockies/Wattile/issues/234",
    caught_by="gate",
    checks=("predictions", "system"),
    fix="aware datetimes with an explicit zone, as in shared/problem/features.py",
    hint="print the hour of departure of one flight on both sides",
    fixed_on="both",
)
