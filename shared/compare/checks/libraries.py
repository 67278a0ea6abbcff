"""Are the native libraries the same?

The libraries that Python and numpy load from the system: the C library's and the maths
library's functions round differently between versions, OpenMP and Fortran run times
schedule and sum differently. Their files are compared by hash.
"""

import re
from collections.abc import Iterator

from shared.compare.checks._compare import both, differences, unreadable
from shared.compare.report import Finding, Severity, Snapshot, Undecided

NUMERIC = re.compile(
    r"lib(c|m|mvec|gomp|omp|iomp5|gfortran|quadmath|openblas|blas|cblas|lapack|mkl|stdc\+\+)([-_].*)?\.so|ld-musl.*"
)
ALWAYS = re.compile(r"lib[cm]\.so|ld-musl.*")
"""Every program has a C and a maths library: if one is not loaded, another is."""


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding | Undecided]:
    """Compare the hashes of loaded system libraries."""
    yield from unreadable("libraries", a, b, "libraries")
    for name, ours, theirs in differences(a, b, "libraries"):
        loaded = ours is not None and theirs is not None
        risky = bool((NUMERIC if loaded else ALWAYS).match(name))
        yield Finding(
            "libraries",
            name,
            *both(lambda sha256: sha256[:12] if sha256 else "not loaded", ours, theirs),
            Severity.RISK if risky else Severity.NOTE,
            "its functions may round or order differently"
            if risky
            else ("it takes no part in arithmetic" if loaded else "what loads it differs; that is compared by itself"),
            "build both sides on one base image",
        )
