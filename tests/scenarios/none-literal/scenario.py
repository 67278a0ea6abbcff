from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="the word None read as a missing value",
    kind="data",
    silent=True,
    story="The weather report has a word for an hour without rain: None. The service made 0 of it, until somebody left "
    "out an option of read_csv() that looked like noise. By default pandas takes NA, null, None and other words "
    "for a missing value, so that no rain, which is most hours, is now unknown, which it hardly ever was in training.",
    source="https://github.com/pandas-dev/pandas/issues/10647 https://github.com/OasisLMF/OasisLMF/issues/307",
    caught_by="monitor",
    checks=("window",),
    fix="null is null and 0 is 0 in JSON; a window of requests is compared with training",
    hint="how many values of each column are missing, in training and today?",
)
