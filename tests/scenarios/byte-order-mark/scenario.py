from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="A byte order mark hides in front of the first column's name",
    kind="data",
    frame="lenient",
    silent=True,
    story="Excel's 'CSV UTF-8' begins with three bytes that mark it as UTF-8. Python's utf-8 codec passes them on as "
    "an invisible character, so the first column is no longer called carrier, although every terminal and every log "
    "shows exactly that. The service does not find its carrier, and flights belong to no airline.",
    source="https://github.com/docling-project/docling/issues/4097 https://github.com/biolab/orange3/issues/7000",
    caught_by="request",
    checks=("contract",),
    fix="refuse unknown and missing fields by name; read such a file as utf-8-sig",
    hint="print ascii() of the first column's name",
)
