from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="airline codes in lower case",
    kind="data",
    silent=True,
    story="A new gateway writes all codes in lower case, as its addresses are. Nobody who reads ua would ask what that "
    "is, but to an encoder it is another category than UA, and one that it has never met. It takes what it does not "
    "know for an average airline to an average place, without a word.",
    source="https://github.com/scikit-learn/scikit-learn/pull/3800",
    caught_by="request",
    checks=("contract",),
    fix="the contract says which letters a code consists of; what never occurred in training is flagged in the answer",
    hint="how many of today's categories did the encoder meet in training?",
)
