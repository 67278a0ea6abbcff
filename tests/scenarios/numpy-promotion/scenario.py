from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="numpy 1.26 in prod multiplies hours by 60 within one byte, and overflows",
    kind="version",
    silent=True,
    story="Hours are kept in one byte to save memory, and multiplied by a numpy scalar, 60. numpy 2 looks at types: "
    "int8 times int64 is int64. numpy 1 looks at the scalar's value: 60 fits into a byte, so the product stays a "
    "byte, and from three in the morning on it overflows without a warning. Prod still has numpy 1.26, and a pandas "
    "that works with it.",
    source="https://github.com/numpy/numpy/pull/21103 https://numpy.org/neps/nep-0050-scalar-promotion.html",
    caught_by="gate",
    checks=("predictions", "packages"),
    fix="one image from one lock file; arithmetic in a type that can hold its results",
    hint="what is the largest minute of departure on both sides?",
)
