from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="scikit-learn 1.7 runs a boosted model from 1.5 with another algorithm",
    kind="version",
    frame="team",
    silent=False,
    story="AdaBoost had two algorithms, and used SAMME.R by default. scikit-learn 1.6 removed it. A model from 1.5 "
    "still loads, and its trees are now weighted as SAMME would weight them: every answer is 200 OK and a valid "
    "probability, but not the model's. scikit-learn only logs an InconsistentVersionWarning at load, the same as for "
    "differences that do no harm.",
    source="https://github.com/scikit-learn/scikit-learn/pull/29997 "
    "https://github.com/scikit-learn/scikit-learn/issues/26784",
    caught_by="gate",
    checks=("packages",),
    fix="one image for dev and prod, from one lock file; train older models again",
    hint="which release trained the model, and which one removed a part of it?",
    model=False,
)
