from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The season changes: a model trained on winter answers in spring",
    kind="world",
    silent=True,
    story="The model was trained when the service began, on flights from January to the middle of March, and has "
    "served ever since. In April 29 in 100 flights are late, for ten days in a row 19 in 100 more than it expects, "
    "and in autumn it still answers as in winter. The requests are right, and nothing differs between dev and prod: "
    "the model is out of date.",
    source="https://www.phdata.io/blog/the-impact-of-covid-19-on-machine-learning-models/",
    caught_by="monitor",
    checks=("drift",),
    fix="send outcomes to the service, and the monitor compares them with the predictions; it says retrain, not "
    "skew; then train again on everything that has happened since",
    hint="what did the model learn from, and when was that?",
)
