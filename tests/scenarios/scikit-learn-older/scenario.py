from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="scikit-learn is two releases older in prod: the model loads and cannot be asked",
    kind="version",
    silent=False,
    story="Two images, two requirements files: the model was trained with scikit-learn 1.9, and prod still has 1.7. "
    "A pickle holds an object's attributes, not its code, so it loads; prod starts and calls itself healthy. The code "
    "of 1.7 then asks LogisticRegression for multi_class, an attribute that 1.8 dropped, and each request fails.",
    source="https://github.com/sapientml/core/pull/93 https://github.com/scikit-learn/scikit-learn/issues/19957 "
    "https://github.com/scikit-learn/scikit-learn/issues/30744",
    caught_by="gate",
    checks=("packages",),
    fix="one image for dev and prod, from one lock file",
    hint="load the model in prod's image, and ask it once",
    model=False,
)
