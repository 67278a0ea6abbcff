from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The pickle refers to a function by name, and the function has changed",
    kind="code",
    frame="team",
    silent=True,
    story="The pipeline holds FunctionTransformer(add_wind_chill). pickle writes the function's module and name, not "
    "its code. Months later somebody corrects it: calm air has no wind chill. The model was fitted to the results of "
    "the old function, nobody trained it again, and the next release of the service feeds it other values.",
    source="https://github.com/France-Travail/gabarit/issues/63 https://github.com/scikit-learn/scikit-learn/issues/12904",
    caught_by="gate",
    checks=("code",),
    fix="the model's passport holds the hash of the code that trained it; train again when that code changes",
    hint="which code does the artifact contain, and which does it only name?",
    model=False,
)
