from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The service has its own copy of the feature code",
    kind="code",
    silent=True,
    story="The notebook's features were too slow for the service, or in the wrong repository, so somebody wrote them "
    "again. The second copy uses the hour of departure where the first uses the minute, counts weekdays from Sunday, "
    "and fills a missing wind gust with 0. Every line looks right, every line has a test, and no test compares the "
    "two copies.",
    source="https://github.com/rh-aiservices-bu/fraud-detection/pull/135 "
    "https://developers.google.com/machine-learning/guides/rules-of-ml",
    caught_by="gate",
    checks=("predictions", "code"),
    fix="one function for both: training and serving call features() of shared/problem/features.py",
    hint="send one flight through both, and compare column by column",
)
