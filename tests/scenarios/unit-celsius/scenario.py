from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Temperatures arrive in Celsius instead of Fahrenheit",
    kind="data",
    frame="lenient",
    silent=True,
    story="The weather provider's new version answers in metric units, as its documentation mentions. 18 degrees "
    "Celsius is a warm day, 18 degrees Fahrenheit a hard frost, and both are possible: no single value is wrong, so "
    "no check of single values can notice. All of them together can be compared with training. The model tells late "
    "flights from others almost as well as before, and yet every fifth decision changes.",
    source="https://github.com/dolezsa/thermal_comfort/issues/15",
    caught_by="monitor",
    checks=("window",),
    fix="put the unit into the field's name; compare a window of requests with training",
    hint="when was it last this cold in September?",
)
