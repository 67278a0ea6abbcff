from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="prod still serves the model before",
    kind="artifact",
    silent=True,
    story="A new model was trained, judged better and announced. What prod has mounted is a copy, and the job that "
    "brings it up to date has failed since the disk's name changed. Prod is healthy, fast, and answers with the "
    "model of before; the dashboard shows the metrics of the new one.",
    source="https://github.com/Layr-Labs/d-inference/pull/1147",
    caught_by="gate",
    checks=("model",),
    fix="one pointer to the current version, and answers that name the version they come from (model_version)",
    hint="which version do prod's answers name?",
)
