from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Seconds since 1970 are read as milliseconds",
    kind="data",
    frame="lenient",
    silent=True,
    story="The source was a web application and sent times as JavaScript does, in milliseconds since 1970. It is "
    "rewritten in another language, whose times are in seconds, and the column is still called departure. All flights "
    "now leave in January 1970. Since the model looks only at the hour and the weekday, nobody sees the year and "
    "wonders.",
    source="https://github.com/microsoft/MLFlow.NET/issues/4 https://github.com/noobaa/noobaa-core/pull/1638",
    caught_by="request",
    checks=("contract",),
    fix="write times as RFC 3339, which people can read; the contract has an earliest and a latest time",
    hint="what are the first and the last departure of a batch?",
)
