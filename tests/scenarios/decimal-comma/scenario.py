from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a comma for the decimal point",
    kind="data",
    silent=True,
    story="Somebody opens the export in a German Excel, mends one value and saves it: numbers have a comma now. pandas "
    "reads them as text, since a CSV has no types, and to_numeric(errors='coerce') makes missing values of what is no "
    "number. Whole numbers are numbers still, so that no column is empty and a look at the first rows shows nothing.",
    source="https://github.com/dathere/datapusher-plus/pull/320",
    caught_by="request",
    checks=("contract",),
    fix="the body is JSON, whose numbers are written in one way; text is never taken for a number",
    hint="how many values of each column are missing before and after to_numeric()?",
)
