from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="a model file whose loading runs somebody's code",
    kind="artifact",
    silent=True,
    story="A pickle is a program, and loading it runs it. Whoever may write into the model's folder, or into the "
    "package that wrote it, runs code in prod. This one only decides that one airline is never late, and its "
    "author has brought the hash in the passport up to date. It could have done anything that the service may do.",
    source="https://github.com/joblib/joblib/issues/977 https://github.com/huggingface/setfit/issues/630",
    caught_by="startup",
    checks=("artifact",),
    fix="skops builds objects of a stated list of types and runs nothing; a file that is a pickle is refused unread",
    trace="code of the model's file runs here",
    hint="what does python3 -m pickletools say of the file?",
)
