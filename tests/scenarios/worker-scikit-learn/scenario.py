from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="One of Dask's workers has another scikit-learn",
    kind="version",
    frame="dask",
    silent=False,
    story="A team's boosted model is scored by two workers, and both have scikit-learn 1.5, as in training. The "
    "second one is replaced, from an image that was built again and has 1.7, which weighs the model's trees by "
    "another algorithm. Dask compares the versions of Python, numpy, pandas and itself, and only warns; scikit-learn "
    "and scipy are not among them. scikit-learn's own warning stands in that worker's log, where nobody looks: every "
    "other partition is scored otherwise, with 200 OK.",
    source="https://github.com/dask/distributed/issues/5731 https://github.com/dask/distributed/pull/7011 "
    "https://github.com/mlflow/mlflow/pull/5487",
    caught_by="gate",
    checks=("packages",),
    fix="driver and workers run one image, by ID; compare each worker with the driver before it gets work",
    hint="ask every worker for all that is installed, not for what Dask lists",
    model=False,
)
