from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a function in the pickle is only a name, and what it names has changed",
    kind="code",
    silent=True,
    story="The pipeline holds FunctionTransformer(add_wind_chill). pickle writes the function's module and name, not "
    "its code. Months later somebody mends it: calm air has no wind chill. The model was fitted to what the old "
    "function gave, nobody trained it again, and the next release of the service changes what it is fed.",
    source="https://github.com/France-Travail/gabarit/issues/63 https://github.com/scikit-learn/scikit-learn/issues/12904",
    caught_by="gate",
    checks=("code",),
    fix="the model's passport holds the hash of the code that it was trained with; train again when that changes",
    hint="which code does the artifact contain, and which does it only name?",
    model=False,
)
