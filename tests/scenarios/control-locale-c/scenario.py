from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="LC_ALL=C, which makes Python use UTF-8",
    kind="control",
    story="Many base images and init systems set LC_ALL=C. Since PEP 540 Python then reads and writes UTF-8 "
    "all the same.",
)
