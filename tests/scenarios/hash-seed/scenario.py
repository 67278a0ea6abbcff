from tests.lab.scenario import Scenario

SCENARIO = Scenario(
    title="hash() is used as a feature, and prod draws a new hash seed in every process",
    kind="environment",
    frame="team",
    silent=True,
    story="The airline becomes hash(carrier) % 64, which needs no table. Python draws a new seed for the hashes of "
    "text at every start, to protect against attackers who choose keys. The training script fixes the seed, as "
    "recipes for reproducibility recommend, but the service does not: each of its processes puts the airlines into "
    "other buckets, and into others again after a restart.",
    source="https://github.com/piskvorky/gensim/issues/2859 https://github.com/PriorLabs/TabPFN/pull/151",
    caught_by="gate",
    checks=("python",),
    fix="zlib.crc32 or sklearn's FeatureHasher, which give the same answer everywhere",
    hint="restart prod, and ask it the same again",
    model=False,
    fixed_on="both",
)
