from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="distances in kilometres instead of miles",
    kind="data",
    silent=True,
    story="The source moves to another geographic library, which measures in kilometres. Every distance is the "
    "1.6-fold of what it was, and still one that a flight may have: Boston is now as far as Pittsburgh was. No single "
    "value is wrong; only all of them together are longer than any day of training.",
    source="none found",
    caught_by="monitor",
    checks=("window",),
    fix="the unit is part of a field's name; a window of requests is compared with training",
    hint="divide a distance of today by that of the same route in training",
)
