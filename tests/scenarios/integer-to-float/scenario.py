from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="One missing number turns a whole column of integers into floats",
    kind="data",
    frame="lenient",
    silent=True,
    story="The source names airlines by number, and the service looks up str(number) in a table. One flight of 500 "
    "comes without a number. pandas has no missing value for integers, so the whole column becomes float64, str() "
    "makes '19977.0' of 19977, and no flight of the batch finds its airline: the answer for a row depends on its "
    "neighbours. Sent one by one, 499 of the 500 get the right answer, so nobody can reproduce it.",
    source="https://github.com/pandas-dev/pandas/issues/58306 https://github.com/cmu-delphi/delphi-epidata/pull/730",
    caught_by="request",
    checks=("contract",),
    fix="identifiers are text; judge each row by itself, and say in the contract which fields may be null",
    hint="send one of the flights alone, and then in a batch",
)
