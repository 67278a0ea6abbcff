from pathlib import Path

from tests.lab.scenario import Scenario


def unavailable():
    """numpy has other code to leave out only where the processor has AVX2."""
    flags = Path("/proc/cpuinfo").read_text().partition("flags")[2].partition("\n")[0].split()
    return "" if "avx2" in flags else "this processor has no AVX2, so numpy has only one way to sort on it"


SCENARIO = Scenario(
    title="The same image sorts ties differently on another processor",
    kind="environment",
    frame="team",
    silent=True,
    story="A route is entered with 9999 for what is not known yet, and corrected later that day; the code sorts the "
    "entries by day and takes the last one. Two entries of one day are a tie, and the default sort makes no promise "
    "about ties: numpy sorts with AVX-512, with AVX2 or with neither, and these do not all leave the same entry last. "
    "The image is the same; only the machine that the cloud assigned is another.",
    source="https://github.com/numpy/numpy/pull/23707 https://github.com/numpy/numpy/pull/25610",
    caught_by="gate",
    checks=("numeric",),
    fix='kind="stable", and a key that no two rows share',
    hint="sort a column with ties on both machines, and compare the index",
    model=False,
    fixed_on="both",
    unavailable=unavailable,
)
