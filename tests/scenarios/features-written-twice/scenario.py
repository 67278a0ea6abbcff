from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="features written a second time, for the service",
    kind="code",
    silent=True,
    story="The notebook's features were too slow for the service, or in the wrong repository, so they were written "
    "again. The second copy takes the hour of departure where the first takes the minute, counts weekdays from "
    "Sunday, and fills a missing wind gust with 0. Each line looks right, each has a test, and no test holds the one "
    "copy against the other.",
    source="https://github.com/rh-aiservices-bu/fraud-detection/pull/135 "
    "https://developers.google.com/machine-learning/guides/rules-of-ml",
    caught_by="gate",
    checks=("predictions", "code"),
    fix="one function for both: training and serving call features() of shared/problem/features.py",
    hint="send one flight through both, and compare column by column",
)
