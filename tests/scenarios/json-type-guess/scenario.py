from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="pandas guesses that text in JSON is a number",
    kind="data",
    frame="lenient",
    silent=True,
    story="The source sends times of day as text of four digits, '0515', and in JSON it is clearly text. The reader "
    "is rewritten with pd.read_json(), which converts a column of text into numbers if all of it looks like numbers. "
    "515 has lost its zero, and is read as fifty-one hours and five minutes: all flights before ten in the morning "
    "move to another day and hour. With a single value that is not a number nothing would be converted, so a test "
    "with a few odd rows passes.",
    source="https://github.com/pandas-dev/pandas/issues/42471 https://github.com/DOI-USGS/dataretrieval-python/pull/311",
    caught_by="request",
    checks=("contract",),
    fix="take types from a declared schema and not from the values; here at least dtype=False",
    hint="what is the type of each column after reading?",
)
