from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a model file that ends too soon",
    kind="artifact",
    silent=False,
    story="The disk was full, or the upload was interrupted, and the exit code went unseen. The folder has all its "
    "files. At the next start, which may be weeks later and at night, the loader meets an end where it expected more, "
    "and says so in words that name neither the file nor what to do.",
    source="https://github.com/OxWearables/stepcount/issues/1 https://github.com/ultralytics/ultralytics/pull/25428",
    caught_by="startup",
    checks=("artifact",),
    fix="files are written aside, synced and renamed; the passport holds their sizes and hashes, and the refusal "
    "names the file",
    hint="compare the file's size with the one it had in training",
)
