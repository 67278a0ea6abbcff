"""`make replay BATCH=1`: the golden requests as a file of rows and over HTTP, compared row by row.

The skew between offline and online scores is looked for where it can be seen: in one row that went both ways.
"""

import json
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared import passport
from shared.errors import ParityError
from shared.image import scoring, settings
from shared.image.paths import CACHE
from shared.image.reload import DIRECT, TIMEOUT_SECONDS
from shared.image.service import PROD
from shared.passport import CURRENT

ROWS_AT_ONCE = 100
SHOWN = 3

Answer = Mapping[str, Any]


class SkewError(ParityError):
    """A row is answered otherwise in batch than by the service."""

    exit_code = 1


def replay(workers: int = 0) -> int:
    """Score the golden requests, and ask prod the same; returns how many went both ways.

    Args:
        workers: of a cluster; 0 for processes of one container.

    Raises:
        SkewError: a row gets another answer.
        ParityError: prod does not run or answer, or nothing can be scored.
    """
    url = PROD.url()
    requests = passport.read(settings.artifacts() / "models" / CURRENT)["golden"]["requests"]
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="replay-") as name:
        source, target = Path(name) / "golden.jsonl", Path(name) / "scored"
        source.write_text("".join(f"{json.dumps(request)}\n" for request in requests))
        if scoring.job(source, target, (), workers):
            raise ParityError(
                "the golden requests were not scored", evidence="its words are above", remedy="what they say"
            )
        scored = list(_scored(target))
    differ = [pair for pair in zip(scored, _served(url, requests), strict=True) if pair[0] != pair[1]]
    if differ:
        raise SkewError(
            f"{len(differ)} of {len(requests)} golden requests are answered otherwise in batch than by {url}",
            evidence="\n".join(f"batch {one}\nprod  {other}" for one, other in differ[:SHOWN]),
            remedy="have both take the current image and model, then once more: make prod",
        )
    return len(requests)


def _scored(folder: Path) -> Iterator[Answer]:
    """What was predicted, in the order of the rows."""
    for path in sorted(folder.glob("part-*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            del row["row"]
            yield row


def _served(url: str, requests: Sequence[Any]) -> Iterator[Answer]:
    for first in range(0, len(requests), ROWS_AT_ONCE):
        body = json.dumps({"instances": requests[first : first + ROWS_AT_ONCE]}).encode()
        asked = urllib.request.Request(f"{url}/predict", body, {"Content-Type": "application/json"})  # noqa: S310
        try:
            with DIRECT.open(asked, timeout=TIMEOUT_SECONDS) as answered:
                answer = json.load(answered)
        except (OSError, ValueError) as error:
            raise ParityError(
                "prod does not answer golden requests", evidence=f"{url}/predict: {error!r}", remedy="make logs"
            ) from None
        for prediction in answer["predictions"]:
            yield {**prediction, "model_version": answer["model_version"]}
