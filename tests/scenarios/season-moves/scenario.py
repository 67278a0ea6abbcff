from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="the season moves: a model of the winter answers in spring",
    kind="world",
    silent=True,
    story="The model was trained when the service began, on flights from January to the middle of March, and served "
    "from then on. In April 29 in 100 flights are late, for ten days on end 19 in 100 more than it expects, and in "
    "autumn it still answers as in winter. Nothing is wrong with what is sent, and nothing differs between dev and "
    "prod. Whoever looks for a fault finds none, since there is none: the model is out of date.",
    source="https://www.phdata.io/blog/the-impact-of-covid-19-on-machine-learning-models/",
    caught_by="monitor",
    checks=("drift",),
    fix="outcomes are sent to the service, and the monitor compares them with what was promised; it says retrain, and "
    "not skew; the model is trained again on all that has happened since",
    hint="what did the model learn, and when was that?",
)
