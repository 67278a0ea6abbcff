from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The decision threshold is set only in dev's .env",
    kind="environment",
    frame="team",
    silent=True,
    story="The threshold from which a flight counts as late is read from the environment, with 0.5 as its default. "
    "On developers' machines it is set in .env, which `flask run` reads on its own where python-dotenv is installed. "
    "Git and the image leave that file out, as they should, and gunicorn would not read it. Every probability in prod "
    "is right, and hardly any late flight is called late.",
    source="https://github.com/pallets/flask/issues/3108",
    caught_by="gate",
    checks=("settings",),
    fix="a setting that decides has no default: set it in what starts both sides, or in the model's passport",
    hint="compare the decisions, then the probabilities",
    model=False,
    fixed_on="both",
)
