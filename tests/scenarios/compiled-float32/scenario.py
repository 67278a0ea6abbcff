from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="A converter keeps thresholds in float32, and values beside one fall on the other side",
    kind="artifact",
    frame="compiling",
    silent=True,
    story="scikit-learn's pipeline was too slow for one row, so a job converts its trees for a faster runtime, in "
    "whose format a threshold is a float32. Thresholds are midpoints of training's values, and where many rows have "
    "one value they are that value itself: a pressure of 1008.8 is a threshold and goes left with it, but in float32 "
    "the threshold is 1008.79999, and the value goes right. The team compared both once, on a few rows.",
    source="https://github.com/onnx/sklearn-onnx/issues/1192 https://github.com/NVIDIA/cuml/issues/4668",
    caught_by="startup",
    checks=("scorer",),
    fix="double precision from end to end, and a proof at training, at load and in the gate: golden requests, and rows "
    "drawn with both sides of every threshold, within the noise floor and not within a tolerance",
    hint="ask both about a row that has a threshold's own value",
)
