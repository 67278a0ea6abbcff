from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="text in JSON that is guessed to be a number",
    kind="data",
    silent=True,
    story="The source sends times of day as text of four digits, '0515', and JSON says plainly that it is text. The "
    "reader is rewritten with pd.read_json(), which converts a column of text into numbers if all of it looks like "
    "numbers, and 515 has neither its zero nor its second digit of the hour: fifty-one hours and five minutes. All "
    "flights before ten in the morning move to another day and hour. With one value that is no number, nothing would "
    "be converted, so a test with a few odd rows is green.",
    source="https://github.com/pandas-dev/pandas/issues/42471 https://github.com/DOI-USGS/dataretrieval-python/pull/311",
    caught_by="request",
    checks=("contract",),
    fix="types come from a declared schema and not from the values; here at least dtype=False",
    hint="what is the type of each column after reading?",
)
