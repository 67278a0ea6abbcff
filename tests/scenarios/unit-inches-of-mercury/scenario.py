from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Air pressure arrives in inches of mercury instead of hectopascals",
    kind="data",
    frame="lenient",
    silent=True,
    story="American stations report pressure in inches of mercury, and a new weather provider passes that on: 29.92 "
    "instead of 1013.25. It is a number in a column of numbers, so nothing objects, and to the model all flights "
    "leave under a pressure lower than in the eye of any hurricane.",
    source="none found",
    caught_by="request",
    checks=("contract",),
    fix="put the unit into the field's name and its range into the contract: impossible values are refused",
    hint="what are the smallest and largest values of each column, in training and today?",
)
