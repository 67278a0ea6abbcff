from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="An interrupted publication leaves last week's model with this week's passport",
    kind="artifact",
    frame="trusting",
    silent=True,
    story="A new model is published by copying its files over those of the old one. The copy is interrupted after "
    "the small file with version, threshold and metrics, and before the large one with the model. What is left loads, "
    "and claims to be the new version: each part is valid, but they do not belong together.",
    source="none found",
    caught_by="startup",
    checks=("artifact",),
    fix="the passport holds the SHA-256 of each file, and a model's folder is complete when it is renamed into place",
    hint="is the model that is served the file that was trained?",
)
