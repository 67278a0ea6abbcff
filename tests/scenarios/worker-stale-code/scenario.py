from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="One of Dask's workers runs last week's code",
    kind="code",
    frame="dask",
    silent=True,
    story="The driver gives Dask a function, and Dask gives the workers its module and name: each of them runs the "
    "code that lies on its own node. The new release went to all nodes but one, whose worker was busy. It answers with "
    "last week's features, in which calm air has gusts of 0. Which flights it gets depends on who is idle, so no two "
    "nights are wrong in the same place.",
    source="https://github.com/dask/dask/issues/8516 https://github.com/dask/distributed/issues/3739 "
    "https://github.com/ray-project/ray/pull/43214",
    caught_by="gate",
    checks=("predictions", "code"),
    fix="workers run the image that serves, by ID, and are replaced with it; compare every worker before it gets work",
    hint="ask each worker for the hash of the code that it runs",
)
