from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="degrees Celsius instead of Fahrenheit",
    kind="data",
    silent=True,
    story="The weather provider's new version answers in metric units, as its documentation says under point 7. 18 "
    "degrees Celsius are a warm day, 18 degrees Fahrenheit a hard frost, and both are possible: no single value is "
    "wrong, so no check of single values can see it. All of them together can be compared with training. How well "
    "late flights are told from others hardly changes, and yet every fifth decision is another one.",
    source="https://github.com/dolezsa/thermal_comfort/issues/15",
    caught_by="monitor",
    checks=("window",),
    fix="the unit is part of a field's name; a window of requests is compared with training",
    hint="when was it last this cold in September?",
)
