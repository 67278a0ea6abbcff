from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="A converter forgets which way trees send missing values",
    kind="artifact",
    frame="compiling",
    silent=True,
    story="Each node has learned whether a missing value goes left or right. The converter was written for trees that "
    "could not be trained on missing values, and reads column, threshold and children: what is missing is never less "
    "than a threshold, so it goes right. On complete rows both agree to the last bit, and those were compared. Most "
    "flights have no wind gust.",
    source="https://github.com/onnx/sklearn-onnx/issues/1253 https://github.com/dmlc/treelite/issues/706",
    caught_by="startup",
    checks=("scorer",),
    fix="derive the form from all that the fitted trees hold, refuse what cannot be expressed, and compare on rows "
    "with missing values and unseen categories, too",
    hint="leave out one value of a row after another, and ask both",
)
