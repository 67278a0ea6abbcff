from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Last week's compiled trees are beside this week's pipeline",
    kind="artifact",
    frame="compiling",
    silent=True,
    story="Compiling takes minutes, so the job keeps what it made, by the name of what it was made from: `current`. "
    "This week `current` is another model. The passport is written last and vouches for every file in the folder; "
    "version, metrics and threshold are this week's, and so is the pipeline, which answers nothing.",
    source="https://onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html",
    caught_by="startup",
    checks=("scorer",),
    fix="compile in the training that made the pipeline, and publish both in one folder, whole or not at all; the "
    "guard has what serves answer the golden requests, whatever the hashes say",
    hint="do the compiled trees and the pipeline answer one request alike?",
)
