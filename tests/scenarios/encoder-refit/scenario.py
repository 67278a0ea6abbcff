from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="An encoder is fitted again for every request",
    kind="code",
    silent=True,
    story="Airports become numbers by LabelEncoder().fit_transform(), in training and in serving: the same line, so "
    "it looks like parity. But the encoder numbers whatever it is given. In a batch with all three airports each of "
    "them gets the number that it had in training; a request for one flight has one airport, and that is always "
    "number 0, Newark.",
    source="https://github.com/Niketkumardheeryan/ML-CaPsule/issues/1963 https://github.com/vanderschaarlab/synthcity/issues/250",
    caught_by="replay",
    checks=("replay",),
    fix="fit encoders in training, as a part of the pipeline that is saved",
    hint="send the same flights in one request, and one by one",
)
