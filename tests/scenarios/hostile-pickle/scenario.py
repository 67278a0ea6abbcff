from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Loading the model file runs an attacker's code",
    kind="artifact",
    frame="trusting",
    silent=True,
    story="A pickle is a program, and loading it runs it. Whoever can write to the model's folder, or to the package "
    "that wrote the file, runs code in prod. This one only decides that one airline is never late, and its author has "
    "updated the hash in the passport. It could have done anything that the service may do.",
    source="https://github.com/joblib/joblib/issues/977 https://github.com/huggingface/setfit/issues/630",
    caught_by="startup",
    checks=("artifact",),
    fix="skops builds objects from a fixed list of types and runs nothing; a pickle is refused unread",
    trace="code of the model's file runs here",
    hint="what does python3 -m pickletools report about the file?",
)
