from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="The end of the model file is missing",
    kind="artifact",
    frame="trusting",
    silent=False,
    story="The disk was full, or the upload was interrupted, and nobody looked at the exit code. The folder has all "
    "its files. At the next start, which may be weeks later and at night, the loader reaches the end of the file too "
    "early, and its error names neither the file nor what to do.",
    source="https://github.com/OxWearables/stepcount/issues/1 https://github.com/ultralytics/ultralytics/pull/25428",
    caught_by="startup",
    checks=("artifact",),
    fix="write files aside, sync and rename them; the passport holds their sizes and hashes, and the error names the "
    "file",
    hint="compare the file's size with its size in training",
)
