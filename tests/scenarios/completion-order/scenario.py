from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Predictions come back in the order in which workers finish, and are joined by position",
    kind="serving",
    frame="dask",
    silent=True,
    story="A large request is cut into partitions of 50 flights, which two of Dask's workers score. Somebody replaces "
    "gather() by as_completed(), so that nobody waits for the slowest partition. It yields what is finished first, and "
    "the driver still writes the first scores beside the first flights: all numbers are right, and many stand beside "
    "another flight. Their distribution does not move, and a request of one partition is answered as ever.",
    source="https://github.com/mlflow/mlflow/pull/9762 https://github.com/openlandmap/scikit-map/issues/22 "
    "https://github.com/dmlc/xgboost/pull/5416",
    caught_by="replay",
    checks=("replay",),
    fix="give every row a key, and join by it; or take results in the order of what was asked (gather)",
    hint="send the same large request twice",
)
