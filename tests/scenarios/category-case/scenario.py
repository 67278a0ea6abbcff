from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="Airline codes arrive in lower case",
    kind="data",
    frame="lenient",
    silent=True,
    story="A new gateway writes all codes in lower case, like its own addresses. A person reads ua as UA, but to an "
    "encoder it is another category, and one that it has never met. It treats what it does not know as an average "
    "airline, without a warning.",
    source="https://github.com/scikit-learn/scikit-learn/pull/3800",
    caught_by="request",
    checks=("contract",),
    fix="the contract says which letters a code consists of; the answer flags what never occurred in training",
    hint="how many of today's categories did the encoder meet in training?",
)
