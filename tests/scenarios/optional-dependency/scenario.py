from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="numexpr is installed on the laptop but not in prod",
    kind="version",
    silent=True,
    story="DataFrame.eval computes with numexpr where it is installed and with numpy where it is not. numexpr "
    "computes one-byte columns as integers of 4 or 8 bytes; numpy stays in one byte, where 23 * 60 + 59 is -97. No "
    "line of the project names numexpr: something else brought it to the laptop, and no requirements file brings it "
    "to prod.",
    source="https://github.com/pandas-dev/pandas/issues/29027 https://github.com/pandas-dev/pandas/pull/66956",
    caught_by="gate",
    checks=("predictions", "packages"),
    fix="one image from one lock file, on the laptop as well; no arithmetic in types that are too small",
    hint="compare what is installed, not what is required",
)
