from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="-999 where a value is missing",
    kind="data",
    silent=True,
    story="A loader in between cannot write null into a column of numbers and writes -999, as weather archives have "
    "done since punched cards. Training knew missing values as missing. For the model, -999 is the smallest pressure "
    "and the smallest delay that it ever met, and it answers accordingly, for just the hours of which least is known.",
    source="https://github.com/serapeum-org/earthlens/issues/1046 https://github.com/ropensci/nasapower/issues/36",
    caught_by="request",
    checks=("contract",),
    fix="null means unknown, and every number has a range in the contract that no sentinel is in",
    hint="the share of missing values in each column, in training and today: what does zero tell you?",
)
