from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Numbers are written with a decimal comma",
    kind="data",
    frame="lenient",
    silent=True,
    story="Somebody opens the export in a German Excel, corrects one value and saves it: numbers have a comma now. "
    "pandas reads them as text, since a CSV has no types, and to_numeric(errors='coerce') turns everything that is "
    "not a number into a missing value. Whole numbers still work, so no column is empty and a look at the first rows "
    "shows nothing.",
    source="https://github.com/dathere/datapusher-plus/pull/320",
    caught_by="request",
    checks=("contract",),
    fix="send JSON, which has one way to write numbers; never take text for a number",
    hint="how many values of each column are missing before and after to_numeric()?",
)
