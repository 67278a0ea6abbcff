from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="scikit-learn 1.7 reads a boosted model of 1.5 as another algorithm",
    kind="version",
    silent=False,
    story="AdaBoost had two algorithms, and took SAMME.R unless told otherwise. scikit-learn 1.6 removed it. A model "
    "of 1.5 loads all the same, and its trees are now weighed as SAMME would: each answer is 200 OK, each is a "
    "probability, and it is not the model's. What scikit-learn says is one InconsistentVersionWarning at load, the "
    "same as for differences that do no harm.",
    source="https://github.com/scikit-learn/scikit-learn/pull/29997 "
    "https://github.com/scikit-learn/scikit-learn/issues/26784",
    caught_by="gate",
    checks=("packages",),
    fix="one image for dev and prod, from one lock file; a model from before is trained again",
    hint="which release trained the model, and which removed what it was made of?",
    model=False,
)
