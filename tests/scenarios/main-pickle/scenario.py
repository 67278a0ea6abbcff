from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The model's class is defined in __main__ of the training script",
    kind="artifact",
    frame="trusting",
    silent=False,
    story="A script defines a small class around the pipeline, trains, writes the model, and serves it for a first "
    "try. In the file the class is called __main__.Capped. In prod __main__ is gunicorn, which has no such class: the "
    "file loads on the desk of whoever trained it, and nowhere else.",
    source="https://github.com/taishi-i/nagisa/issues/28 https://github.com/oegedijk/explainerdashboard/issues/127",
    caught_by="startup",
    checks=("artifact",),
    fix="define the model's classes in a module that both sides import, and save only types from a fixed list",
    hint="what is __main__ in each of the two processes?",
)
