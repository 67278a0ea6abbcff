from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Prod's scikit-learn is two releases older: the model loads, but every request fails",
    kind="version",
    frame="team",
    silent=False,
    story="There are two images with two requirements files: the model was trained with scikit-learn 1.9, and prod "
    "still has 1.7. A pickle holds an object's attributes, not its code, so it loads; prod starts and reports that it "
    "is healthy. Then the code of 1.7 asks LogisticRegression for multi_class, an attribute that 1.8 dropped, and "
    "every request fails.",
    source="https://github.com/sapientml/core/pull/93 https://github.com/scikit-learn/scikit-learn/issues/19957 "
    "https://github.com/scikit-learn/scikit-learn/issues/30744",
    caught_by="gate",
    checks=("packages",),
    fix="one image for dev and prod, from one lock file",
    hint="load the model in prod's image, and ask it once",
    model=False,
)
