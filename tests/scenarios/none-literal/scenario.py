from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The word None is read as a missing value",
    kind="data",
    frame="lenient",
    silent=True,
    story="The weather report has a word for an hour without rain: None. The service turned it into 0, until "
    "somebody removed an option of read_csv() that looked superfluous. By default pandas takes NA, null, None and "
    "other words for a missing value. No rain, which is most hours, is now unknown, which it hardly ever was in "
    "training.",
    source="https://github.com/pandas-dev/pandas/issues/10647 https://github.com/OasisLMF/OasisLMF/issues/307",
    caught_by="monitor",
    checks=("window",),
    fix="null is null and 0 is 0 in JSON; compare a window of requests with training",
    hint="how many values of each column are missing, in training and today?",
)
