from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Prod still serves the previous model",
    kind="artifact",
    silent=True,
    story="A new model was trained, judged better and announced. Prod mounts a copy, and the job that updates the "
    "copy has failed since the disk was renamed. Prod is healthy, fast, and answers with the previous model; the "
    "dashboard shows the metrics of the new one.",
    source="https://github.com/Layr-Labs/d-inference/pull/1147",
    caught_by="gate",
    checks=("model",),
    fix="one pointer to the current version, and answers that name the version they come from (model_version)",
    hint="which version do prod's answers name?",
)
