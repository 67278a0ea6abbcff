from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Distances arrive in kilometres instead of miles",
    kind="data",
    frame="lenient",
    silent=True,
    story="The source moves to another geographic library, which measures in kilometres. Every distance is 1.6 times "
    "what it was, and still a distance that a flight can have: Boston is now as far away as Pittsburgh was. No single "
    "value is wrong; only all of them together are longer than on any day of training.",
    source="none found",
    caught_by="monitor",
    checks=("window",),
    fix="put the unit into the field's name; compare a window of requests with training",
    hint="divide a distance of today by that of the same route in training",
)
