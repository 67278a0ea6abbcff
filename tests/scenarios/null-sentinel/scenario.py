from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="-999 stands for a missing value",
    kind="data",
    frame="lenient",
    silent=True,
    story="A loader in between cannot write null into a column of numbers and writes -999, as weather archives have "
    "done since punched cards. In training, missing values were missing. To the model, -999 is the smallest pressure "
    "and the smallest delay that it ever saw, and it answers accordingly, especially for the hours about which least "
    "is known.",
    source="https://github.com/serapeum-org/earthlens/issues/1046 https://github.com/ropensci/nasapower/issues/36",
    caught_by="request",
    checks=("contract",),
    fix="null means unknown, and every number has a range in the contract that excludes such sentinels",
    hint="what share of each column is missing, in training and today? What does zero mean?",
)
