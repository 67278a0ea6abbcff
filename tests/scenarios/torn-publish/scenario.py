from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a publication interrupted between two files: last week's model under this week's passport",
    kind="artifact",
    silent=True,
    story="A new model is published by copying its files over those of the old one. The copy is interrupted, after "
    "the small file with version, threshold and metrics, and before the large one with the model. What is left "
    "loads, and says of itself that it is the new version: each part is valid, and they do not belong together.",
    source="none found",
    caught_by="startup",
    checks=("artifact",),
    fix="the passport holds the SHA-256 of each file, and a model's folder appears whole: it is renamed into place",
    hint="is the model that is served the file that was trained?",
)
