from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="the model's class lives in __main__ of the script that trained it",
    kind="artifact",
    silent=False,
    story="A script defines a small class around the pipeline, trains, writes the model, and serves it for a try. In "
    "the file the class is called __main__.Capped. In prod __main__ is gunicorn, which has no such class: the file "
    "that loads on the desk of whoever trained it loads nowhere else.",
    source="https://github.com/taishi-i/nagisa/issues/28 https://github.com/oegedijk/explainerdashboard/issues/127",
    caught_by="startup",
    checks=("artifact",),
    fix="classes of a model live in a module that both sides import, and only types of a stated list are saved",
    hint="what is __main__ in each of the two processes?",
)
