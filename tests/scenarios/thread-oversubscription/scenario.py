from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="as many threads as the machine that trained had",
    kind="environment",
    silent=True,
    story="OMP_NUM_THREADS=32 suits the machine that trains, and is copied to prod, whose container has two CPUs. "
    "For each tree 32 threads share the rows of a request and wait for the last of them; with one row there is nothing "
    "to share, and all the waiting. Every answer is right, costs many times the CPU, and under load prod answers a "
    "fraction of the requests.",
    source="https://github.com/scikit-learn/scikit-learn/issues/15824 "
    "https://github.com/PaddlePaddle/PaddleOCR/issues/5712",
    caught_by="gate",
    checks=("numeric",),
    fix="OMP_NUM_THREADS=1 for each worker, as compose.prod.yml has it: workers are what runs at the same time",
    hint="count the CPU time that one request takes, not its answers",
)
