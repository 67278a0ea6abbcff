from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a lookup table beside the code, brought up to date on one side",
    kind="code",
    silent=True,
    story="Airlines are grouped by a table in a CSV file, since there are too many small ones. Someone in operations "
    "brings the file up to date after a merger, in prod's repository. Code, packages and model are the same on both "
    "sides; the groups that the model learned are not those that it is asked about.",
    source="https://developers.google.com/machine-learning/guides/rules-of-ml",
    caught_by="gate",
    checks=("files",),
    fix="a table that features read is a part of the model: version it, hash it, and publish both together",
    hint="which files does the code read, and are they the same?",
    model=False,
)
