from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Prod runs as many threads as the training machine had",
    kind="environment",
    silent=True,
    story="OMP_NUM_THREADS=32 suits the machine that trains, and is copied to prod, whose container has two CPUs. "
    "For each tree 32 threads share the rows of a request and wait for the last of them; with one row there is "
    "nothing to share, and only the waiting remains. Every answer is right but costs many times the CPU, and under "
    "load prod answers a fraction of the requests. A "
    "model that is compiled has no such threads: here the pipeline answers (PARITY_SCORER=pipeline).",
    source="https://github.com/scikit-learn/scikit-learn/issues/15824 "
    "https://github.com/PaddlePaddle/PaddleOCR/issues/5712",
    caught_by="gate",
    checks=("numeric",),
    fix="OMP_NUM_THREADS=1 for each worker, as in compose.prod.yml: the workers are what runs in parallel",
    hint="measure the CPU time that one request takes, not its answer",
)
