from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The features are written again in SQL, where Monday is 1",
    kind="code",
    silent=True,
    story="Tomorrow's flights are scored at night, where they lie: in DuckDB, with the columns written again in SQL. "
    "Eighteen of nineteen columns are right to the bit, times of another zone among them. dayofweek() counts from "
    "Sunday, Python's weekday() from Monday, so Monday is 1 and not 0: every flight is scored as if it left a day "
    "later. Both are numbers from 0 to 6, and both sides have tests.",
    source="https://github.com/eakmanrq/sqlframe/issues/264 https://github.com/ibis-project/ibis/issues/1499 "
    "https://github.com/pola-rs/polars/issues/9439",
    caught_by="gate",
    checks=("predictions", "code", "files", "packages"),
    fix="one function for both: score in the image that serves, partition by partition, with features() of "
    "shared/problem/features.py",
    hint="compute the columns of one flight in both, and compare them one by one",
)
