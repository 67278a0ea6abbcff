from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="One worker keeps a correction in its memory, and the others never see it",
    kind="serving",
    silent=True,
    story="A nightly job posts the season's correction to the service, which keeps it in a variable. With one worker "
    "that works. In prod four workers listen on one port, the kernel gives the request to one of them, and the other "
    "three go on with the values from their start. Which answer somebody gets is a matter of luck.",
    source="https://github.com/benoitc/gunicorn/issues/1990 https://github.com/benoitc/gunicorn/issues/2216",
    caught_by="replay",
    checks=("replay",),
    fix="keep nothing in a worker from one request to the next: publish a new version of the model instead",
    hint="ask the same again, over new connections",
)
