from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a threshold that stands in dev's .env alone",
    kind="environment",
    silent=True,
    story="The threshold from which a flight counts as late is read from the environment, with 0.5 as its default. On "
    "developers' machines it stands in .env, which `flask run` reads of itself where python-dotenv is installed. "
    "Git and the image leave the file out, as they should, and gunicorn would not read it. Every probability is "
    "right in prod, and hardly anybody is told of a late flight.",
    source="https://github.com/pallets/flask/issues/3108",
    caught_by="gate",
    checks=("settings",),
    fix="a setting that decides has no default: set it in what starts both sides, or in the model's passport",
    hint="compare the decisions, then the probabilities",
    model=False,
    fixed_on="both",
)
