from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="an encoder that is fitted again to each request",
    kind="code",
    silent=True,
    story="Airports become numbers by LabelEncoder().fit_transform(), in training and in serving: the same line, so it "
    "looks like parity. But the encoder numbers what it is given. In a batch that has all three airports each gets "
    "the number it had in training; a request of one flight has one airport, and that is always number 0, Newark.",
    source="https://github.com/Niketkumardheeryan/ML-CaPsule/issues/1963 https://github.com/vanderschaarlab/synthcity/issues/250",
    caught_by="replay",
    checks=("replay",),
    fix="encoders are fitted in training, as a part of the pipeline that is saved",
    hint="send the same flights in one request, and one by one",
)
