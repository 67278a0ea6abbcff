from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="hash() as a feature: the seed is fixed in training, and drawn anew in each process of prod",
    kind="environment",
    silent=True,
    story="The airline becomes hash(carrier) % 64, which needs no table. Python draws a new seed for the hashes of "
    "texts at every start, against attackers who choose keys. The training script fixes it, as recipes for "
    "reproducibility say, and the service does not: each process of it puts the airlines in other buckets, and "
    "again others after a restart.",
    source="https://github.com/piskvorky/gensim/issues/2859 https://github.com/PriorLabs/TabPFN/pull/151",
    caught_by="gate",
    checks=("python",),
    fix="zlib.crc32 or sklearn's FeatureHasher, which give one answer everywhere",
    hint="restart prod, and ask it the same again",
    model=False,
    fixed_on="both",
)
