from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="A window in time sees no further than its partition",
    kind="data",
    silent=True,
    story="How late flights left in the last hour or two is computed from the departures of the year. That takes too "
    "long for one process, so the job is cut into a partition for each hour, with the very function that training has. "
    "At the beginning of its hour a flight sees nothing at all, at the end of it an hour at most, and never those that "
    "were to leave long ago and have just left. Each number is a delay as it might be; no column is new, no row fails.",
    source="https://github.com/dask/dask/issues/6498 https://github.com/modin-project/modin/issues/4185 "
    "https://github.com/dask/dask/issues/8999",
    caught_by="monitor",
    checks=("window",),
    fix="read each partition with its neighbours: as far before as a flight can leave late, and after it, since some "
    "leave early; or partition by the window's group, here the airport",
    hint="compute one row from all departures, and from its partition alone",
)
