from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="LC_ALL=C, under which Python still uses UTF-8",
    kind="control",
    story="Many base images and init systems set LC_ALL=C. Since PEP 540 Python still reads and writes UTF-8 then.",
)
