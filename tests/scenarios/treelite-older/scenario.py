from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="treelite 4.7 in prod sends missing values left, whatever the forest has learned",
    kind="version",
    frame="team",
    silent=True,
    story="A team's forest is evaluated by treelite, which imports it from scikit-learn at start. Until 4.7 treelite "
    "reads columns, thresholds and children, and sends every missing value left; 4.8 sends it where the node has "
    "learned to. The pickle is the same on both sides and so is scikit-learn, prod only has an older converter. The "
    "compiled scorer of this project is immune, and that is a cure: training writes the side of each node down, and "
    "whatever serves imports nothing from scikit-learn.",
    source="https://github.com/dmlc/treelite/issues/706 https://github.com/dmlc/treelite/issues/690",
    caught_by="gate",
    checks=("packages",),
    fix="one image for dev and prod, from one lock file; convert once, at training, and keep what was proven",
    hint="ask both sides about a row without missing values, and about one with some",
    model=False,
)
