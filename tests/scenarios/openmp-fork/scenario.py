from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The model predicts once before gunicorn forks its workers, and then they hang",
    kind="serving",
    silent=False,
    story="To save memory the model is loaded, and warmed up with a first prediction, before gunicorn forks its "
    "workers. The prediction starts OpenMP's threads. A fork copies what waits for them, but not the threads: the "
    "first request to each worker waits for ever. The health check does not predict, and reports that all is well. A "
    "model that is compiled has no such threads: here the pipeline answers (PARITY_SCORER=pipeline).",
    source="https://github.com/benoitc/gunicorn/issues/1891 https://github.com/dmlc/xgboost/issues/8040",
    caught_by="replay",
    checks=("replay",),
    fix="load in the workers (preload_app = False), or predict nothing before the fork; OMP_NUM_THREADS=1",
    hint="ask /ready, then /predict",
)
