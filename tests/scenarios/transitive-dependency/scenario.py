from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Flask is pinned, but Werkzeug, which it depends on, is not",
    kind="version",
    frame="team",
    silent=False,
    story="requirements.txt pins Flask 2.2.2 and nothing that Flask needs. Flask asks for Werkzeug 2.2.2 or newer. "
    "When Werkzeug 3 came out and dropped url_quote, which Flask 2.2 imports, images built the day before ran, and "
    "images built the day after did not start.",
    source="https://github.com/pallets/werkzeug/issues/2789 https://github.com/pallets/werkzeug/issues/2808 "
    "https://github.com/dmitry-viskov/pylti1.3-flask-example/issues/23",
    caught_by="gate",
    checks=("packages",),
    fix="a lock file with everything that is installed, not only what is asked for",
    hint="which versions did the installer choose, and on whose behalf?",
    model=False,
)
