from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The service takes column 1 for the positive class",
    kind="code",
    frame="team",
    silent=True,
    story="predict_proba has one column per class, in the order of their sorted names. With labels 0 and 1, or False "
    "and True, column 1 is the positive one, and so predict_proba(…)[:, 1] became a habit. This team's labels are "
    "text: 'late' sorts before 'on time', and column 1 is the probability of the opposite. Training asks classes_ "
    "which column is which; the service was written from habit.",
    source="https://github.com/uio-bmi/immuneML/pull/151 https://github.com/anfederico/clairvoyant/issues/15",
    caught_by="gate",
    checks=("code",),
    fix="list(model.classes_).index(positive), in the one function that training and serving share",
    hint="ask about a flight that is certain to be late",
    model=False,
)
