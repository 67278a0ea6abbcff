from tests.harness.scenario import Scenario

SCENARIO = Scenario(
    title="scikit-learn is one release older in prod",
    kind="version",
    silent=False,
    story="Two images, two requirements files. The model was trained with scikit-learn 1.9; prod still has 1.8.",
    source="https://github.com/sapientml/core/pull/93 https://github.com/scikit-learn/scikit-learn/issues/19957",
    caught_by="gate",
    checks=("packages",),
    fix="one image for dev and prod, from one lock file",
    hint="load the model in prod's image, and ask it once",
)
