from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Two columns swap places in a CSV without a header",
    kind="data",
    frame="lenient",
    silent=True,
    story="Rows are sent as CSV without a header, since the service knows the order anyway. Somebody tidies up the "
    "source's query, and the number of departures now comes before the distance. Both are numbers, so both columns "
    "are full, and a flight covers 25 miles from an airport with 1400 departures an hour.",
    source="https://github.com/scikit-learn/scikit-learn/issues/7242 "
    "https://github.com/Snowflake-Labs/sfquickstarts/issues/408",
    caught_by="request",
    checks=("contract",),
    fix="send values with their names: an order that two places agree on changes in one of them",
    hint="what are the smallest and largest values of each column, in training and today?",
)
