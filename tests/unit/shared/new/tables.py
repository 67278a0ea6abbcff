"""Tables as people have them, of a few hundred rows."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

ROWS = 300


def written(
    path: Path,
    header: Sequence[str],
    row: Callable[[int], Sequence[object]],
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Path:
    """A file with a header and `ROWS` rows."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(row(number) for number in range(ROWS))
    return path


def churn(path: Path) -> Path:
    """Customers: an identifier, a plan, months, a price with thousands, days, a yes or no."""
    header = ("customerID", "class", "2nd Größe (cm)", "Total ($)", "joined", "active", "churned")
    return written(
        path,
        header,
        lambda n: (
            f"C{n:04}",
            "abc"[n % 3],
            150 + n % 40,
            f"{n * 37:,}.50" if n % 10 else "",
            f"{1 + n % 28:02}/{1 + n // 28:02}/2023",
            "yes" if n % 2 else "No",
            "Yes" if n % 4 == 0 else "No",
        ),
    )
