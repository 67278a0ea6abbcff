from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The source renames a column",
    kind="data",
    frame="lenient",
    silent=True,
    story="The airport's system renames recent_delay_minutes to recent_delay_min. The service reindexes what it "
    "receives to the columns that the model knows, so the column is there, but empty. Missing values are nothing "
    "unusual, and the model answers as if no flight had been late today.",
    caught_by="request",
    checks=("contract",),
    fix="send the names of the contract; unknown and missing fields are refused by name, row by row",
    hint="how many values of each column are missing, in training and today?",
)
