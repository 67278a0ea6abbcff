from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="64-bit identifiers lose their last digit in a column of floats",
    kind="data",
    frame="lenient",
    silent=True,
    story="Flights are named by 64-bit numbers, and the service looks up where a flight goes and when it arrives. "
    "One flight of 500 comes without a number, so pandas reads the column as float64, which has 53 bits: every second "
    "number is rounded to the next one. Those numbers exist, but they are other flights, and the service answers for "
    "them.",
    source="https://github.com/pandas-dev/pandas/issues/32134 https://github.com/pandas-dev/pandas/issues/48170",
    caught_by="request",
    checks=("contract",),
    fix="identifiers are text; the contract compares fields with each other: an arrival comes after its departure",
    hint="which numbers are looked up, and which were sent?",
)
