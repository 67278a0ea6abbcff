from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="A worker in another time zone computes other local times",
    kind="environment",
    frame="dask",
    silent=True,
    story="The features take the hour of departure from time.localtime(), and all machines of the cluster stand in New "
    "York. Before the holidays a worker is added in a cloud, where machines have UTC. Dask compares the versions of "
    "Python and of some packages, and the zone is not among them: the new worker computes its partitions four or five "
    "hours late.",
    source="https://github.com/apache/spark/pull/19607 https://github.com/apache/spark/pull/28946",
    caught_by="gate",
    checks=("predictions", "system"),
    fix="name the zone in the code, as shared/problem/features.py does: then the machine's own does not matter",
    hint="have each worker print the hour of one departure",
    fixed_on="both",
)
