from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="air pressure in inches of mercury instead of hectopascals",
    kind="data",
    silent=True,
    story="American stations report pressure in inches of mercury, and a new weather provider passes that on: 29.92 "
    "where 1013.25 was trained. It is a number in a column of numbers, so nothing objects, and for the model all "
    "flights leave under a pressure lower than in the eye of any hurricane.",
    source="none found",
    caught_by="request",
    checks=("contract",),
    fix="the unit is part of a field's name and its range part of the contract: what cannot be is refused",
    hint="smallest and largest value of each column, in training and today",
)
