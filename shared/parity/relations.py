"""Relations that the answers of a correct service keep, and what it means if one does not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """A change that a correct service ignores; what it means if an answer moves, and what to do."""

    name: str
    why: str
    remedy: str


RECORDED = Relation(
    "as recorded at training",
    "the service computes other answers than training did",
    "compare where it runs with where it was trained: parity gate A B --model DIR",
)
REPEATED = Relation(
    "asked again",
    "the same request gets another answer: answers depend on what was asked before, on the time or on chance "
    "(other relations are judged when that is mended)",
    "keep nothing in a worker from one request to the next; fix seeds; neither learn nor count while serving",
)
REORDERED = Relation(
    "keys in another order",
    "values are taken by their place and not by their name",
    "select columns by name, in the order the model was trained with",
)
SHUFFLED = Relation(
    "rows in another order",
    "the answer for a row depends on its place, or on the rows before it",
    "compute a row's columns from that row alone: no index, no fill from above, no difference to the row before",
)
SINGLE = Relation(
    "one row at a time",
    "the answer for a row depends on the other rows of its batch: something is fitted, counted or guessed anew "
    "from what a request happens to hold (scaler, encoder, categories, types, missing values)",
    "fit at training alone: keep scalers and encoders in the pipeline, and give columns fixed types",
)
TOGETHER = Relation(
    "several connections at once",
    "requests that are served at the same time change one another's answers, or the workers are not alike",
    "share nothing that is written between requests; start all workers from one model in one environment",
)
RESTARTED = Relation(
    "after a restart",
    "a new process gives another answer: what was learned or counted since the start is lost, or the start brings "
    "chance (hash seed, order of a set, random numbers) (another time is judged when that is mended)",
    "learn at training alone; hash with zlib.crc32 or hashlib, not with hash(); sort what comes from a set; fix seeds",
)
ELSEWHEN = Relation(
    "at another time",
    "the same request gets another answer on another day: a column is computed from the clock",
    "compute from the request alone: let it hold the time that is meant, and train with the same column",
)
