from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a byte order mark before the first column's name",
    kind="data",
    silent=True,
    story="Excel's 'CSV UTF-8' begins with three bytes that mark it as UTF-8. Python's utf-8 codec passes them on as a "
    "character of no width, so that the first column is no longer called carrier, although every terminal and every "
    "log shows just that. The service does not find its carrier, and flights are of no airline.",
    source="https://github.com/docling-project/docling/issues/4097 https://github.com/biolab/orange3/issues/7000",
    caught_by="request",
    checks=("contract",),
    fix="fields that are unknown or missing are refused by name; such a file is read as utf-8-sig",
    hint="print ascii() of the first column's name",
)
