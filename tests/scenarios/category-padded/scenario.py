from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Airline codes arrive padded with spaces",
    kind="data",
    frame="lenient",
    silent=True,
    story="The table moves to a database in which the airline's code is CHAR(4), and CHAR fills up with spaces. The "
    "database ignores them when it compares codes, so each of its own queries works; the encoder compares text, and "
    "met no airline with that name in training. In a log, a table or a terminal, the two look the same.",
    source="https://github.com/biolab/orange3/pull/6470 https://github.com/capitalone/datacompy/issues/59",
    caught_by="request",
    checks=("contract",),
    fix="the contract says how long a code is; the message shows the text in quotes",
    hint="print repr() of a category, not the category",
)
