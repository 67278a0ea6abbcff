"""Are the native libraries the same?

The libraries that Python and numpy load from the system: the C library's and the maths
library's functions round differently between versions, OpenMP and Fortran run times
schedule and sum differently. Their files are compared by hash.
"""

import re
from collections.abc import Iterator

from shared.parity.checks._compare import differences, unreadable
from shared.parity.report import Finding, Severity, Snapshot

NUMERIC = re.compile(r"lib(c|m|mvec|gomp|omp|iomp5|gfortran|quadmath|openblas.*|blas|lapack|mkl.*|stdc\+\+)\b.*\.so")


def check(a: Snapshot, b: Snapshot) -> Iterator[Finding]:
    """Compare the hashes of loaded system libraries."""
    yield from unreadable("libraries", a, b, "libraries")
    for name, ours, theirs in differences(a, b, "libraries"):
        risky = bool(NUMERIC.match(name)) and ours is not None and theirs is not None
        yield Finding(
            "libraries",
            name,
            *(digest[:12] if digest else "not loaded" for digest in (ours, theirs)),
            Severity.RISK if risky else Severity.NOTE,
            "its functions may round or order differently" if risky else "it takes no part in arithmetic",
            "build both sides on one base image",
        )
