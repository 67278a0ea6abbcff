"""How often is the window check wrong, and which shifts does it notice? Measured on the held-out months.

Limits come from the training months alone. False alarms are counted on the test months as they are, shifts
on the same windows changed as `parity mutate` changes them. Needs data, and no model:

    docker compose -f compose.dev.yml run --rm -T -v ./shared/parity:/app/shared/parity:ro dev python3 - \
      < tests/benchmarks/window.py
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from dev import params
from dev.distribution import distribution
from dev.prepare import prepare
from dev.problem import collect
from dev.split import split
from shared import contract, settings, window
from shared.columns import frame
from shared.contract import Row
from shared.parity import rowschema
from shared.parity.shifts import shifts

EVERY = 4
"""One window in so many is shifted, since there are 70 shifts."""


def main() -> None:
    """Print two tables, as Markdown."""
    chosen = params.read()
    prepared = prepare(settings.read().data / collect.NAME, chosen.prepare.max_broken_share)
    parts = split(prepared.rows, prepared.truths, chosen.split)
    table = frame(prepared.rows)
    reference = distribution(table[parts.train], chosen.window)
    held_out = [prepared.rows[row] for row in np.flatnonzero(parts.test).tolist()]
    rows = reference.rows
    windows = [held_out[at : at + rows] for at in range(0, len(held_out) - rows + 1, rows)]
    print(f"{rows} rows a window: {reference.windows:,} windows of training, {len(windows)} held out\n")
    _false_alarms(windows, reference)
    _detected(windows[::EVERY], reference)


def _false_alarms(windows: Sequence[Sequence[Row]], reference: window.Reference) -> None:
    alarms = [window.unusual(frame(flights), reference) for flights in windows]
    by = Counter(f"{alarm.test} of {' and '.join(alarm.columns)}" for found in alarms for alarm in found)
    print("| false alarm | windows |\n|---|---:|")
    for name, count in [*by.most_common(), ("any", sum(map(bool, alarms)))]:
        print(f"| {name} | {count} of {len(windows)} ({count / len(windows):.1%}) |")


def _detected(windows: Sequence[Sequence[Row]], reference: window.Reference) -> None:
    schema = rowschema.read(contract.json_schema())
    caught: dict[str, list[float]] = defaultdict(list)
    broken: dict[str, list[float]] = defaultdict(list)
    for number, flights in enumerate(windows, 1):
        print(f"window {number} of {len(windows)}", file=sys.stderr)
        usual = _unusual(flights, reference)
        for shift in shifts(schema, msgspec.to_builtins(flights)):
            kept = [flight for row in shift.rows if (flight := _flight(row)) is not None]
            broken[shift.name].append(1 - len(kept) / len(shift.rows))
            caught[shift.name].append(len(kept) == len(flights) and bool(_unusual(kept, reference) - usual))
    print("\n| shift | noticed | rows that break the contract |\n|---|---:|---:|")
    for name, noticed in sorted(caught.items(), key=lambda item: -np.mean(item[1])):
        whole = [hit for hit, refused in zip(noticed, broken[name], strict=True) if not refused]
        share = f"{np.mean(whole):.0%}" if whole else "refused"
        print(f"| {name} | {share} | {np.mean(broken[name]):.1%} |")


def _unusual(flights: Sequence[Row], reference: window.Reference) -> set[Any]:
    return {(alarm.test, alarm.columns) for alarm in window.unusual(frame(flights), reference)}


def _flight(row: Mapping[str, Any]) -> Row | None:
    try:
        return msgspec.convert(row, Row)
    except msgspec.ValidationError:
        return None


if __name__ == "__main__":
    main()
