from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="two columns change places in rows that have no names",
    kind="data",
    silent=True,
    story="Rows are sent as CSV without a header, since the service knows the order anyway. The source's query is "
    "tidied up, and the number of departures now stands before the distance. Both are numbers, so both columns are "
    "full, and a flight goes 25 miles from an airport with 1400 departures an hour.",
    source="https://github.com/scikit-learn/scikit-learn/issues/7242 "
    "https://github.com/Snowflake-Labs/sfquickstarts/issues/408",
    caught_by="request",
    checks=("contract",),
    fix="values are sent with their names: an order that is agreed on in two places changes in one",
    hint="smallest and largest value of each column, in training and today",
)
