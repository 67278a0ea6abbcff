from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="seconds since 1970 read as milliseconds",
    kind="data",
    silent=True,
    story="The source was a web application and sent times as JavaScript has them, in milliseconds since 1970. It is "
    "written anew in another language, whose times are in seconds, and the column is still called departure. All "
    "flights leave in January 1970, sixteen minutes after each other at most, and since the model looks at the hour "
    "and the weekday, no year is there to wonder about.",
    source="https://github.com/microsoft/MLFlow.NET/issues/4 https://github.com/noobaa/noobaa-core/pull/1638",
    caught_by="request",
    checks=("contract",),
    fix="times are RFC 3339, which people can read, and the contract has a first and a last one",
    hint="first and last departure of a batch",
)
