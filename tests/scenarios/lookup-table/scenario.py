from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="A lookup table beside the code is updated on one side only",
    kind="code",
    frame="team",
    silent=True,
    story="Airlines are grouped by a table in a CSV file, since there are too many small ones. Somebody in "
    "operations updates the file after a merger, in prod's repository. Code, packages and model are the same on both "
    "sides, but the groups in a request are no longer those that the model learned.",
    source="https://developers.google.com/machine-learning/guides/rules-of-ml",
    caught_by="gate",
    checks=("files",),
    fix="a table that features read is a part of the model: version it, hash it, and publish both together",
    hint="which files does the code read, and are they the same?",
    model=False,
)
