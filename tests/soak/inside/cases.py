"""Requests made from a service's own OpenAPI document, by Schemathesis: `cases.py URL N`, in .cache/soak.

Half of them keep to the document, half break it. Prints counts by operation, then status, as JSON.
"""

import json
import logging
import sys
import time
import warnings
from collections import Counter

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

warnings.simplefilter("ignore")
logging.disable()
url, most = sys.argv[1], int(sys.argv[2])
MOST_SECONDS = 300
"""For the cases of one kind of one operation: a slow machine sends fewer of them."""
session = requests.Session()
session.trust_env = False


def exercise(operation: schemathesis.APIOperation, mode: schemathesis.GenerationMode, count: int) -> Counter[str]:
    """Send so many cases, or as many as there are."""
    seen: Counter[str] = Counter()
    end = time.monotonic() + MOST_SECONDS

    @given(operation.as_strategy(mode))
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: schemathesis.Case) -> None:
        if time.monotonic() > end:
            raise TimeoutError
        try:
            seen[str(case.call(base_url=url, session=session, timeout=30).status_code)] += 1
        except requests.RequestException as error:
            seen[type(error).__name__] += 1
        if seen.total() % 1000 == 0:
            sys.stderr.write(f"soak: {operation.label}: {seen.total():,} cases {dict(seen)}\n")

    try:
        send()
    except Exception as error:
        sys.stderr.write(f"soak: {operation.label}: no more {mode.value} cases: {type(error).__name__}\n")
    return seen


schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
counts: dict[str, Counter[str]] = {}
for found in schema.get_all_operations():
    operation = found.ok()
    counts[operation.label] = sum(
        (exercise(operation, mode, most // 2) for mode in schemathesis.GenerationMode), Counter()
    )
print(json.dumps(counts))
