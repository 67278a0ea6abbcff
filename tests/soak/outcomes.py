"""Outcomes that come to any replica: all are recorded, and a reader of all logs finds each once, at its row."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from shared import prediction_log
from tests.lab.sandbox import Sandbox
from tests.soak.box import BODY, JSON, connection, fetched, say
from tests.soak.cluster import REPLICAS, Cluster, replicas
from tests.soak.figure import Figure

REQUESTS, ROWS = 1_000, 10
AGAIN = 10
"""Every tenth is sent twice."""

OTHERS = {"row", "answer_id", "request_id"}
"""Fields of an outcome beside the truth."""

Outcomes = list[dict[str, Any]]
"""Of the rows of one answer."""


def run(box: Sandbox) -> Iterator[Figure]:
    """Answers round robin, then what became of each, to whichever replica is next; one is killed half-way."""
    with replicas(box) as cluster:
        paths = [replica.predictions / prediction_log.NAME for replica in cluster.replicas]
        truths = _asked(cluster.url)
        assert all(prediction_log.settle(path) for path in paths)
        recorded, foreign = _told(cluster, truths)
    with closing(prediction_log.connect(*paths)) as database:
        found = database.execute("SELECT answer_id, row, truth FROM joined").fetchall()
    expected = sorted((each["answer_id"], each["row"], _truth(each)) for outcomes in truths for each in outcomes)
    tried = (
        f"{len(expected):,} outcomes over {REPLICAS} replicas, one killed half-way, {foreign:,} of another's answers"
    )
    missing = len(expected) - recorded
    yield Figure("outcomes not recorded", tried, f"{missing}", "0", not missing)
    wrong = len(set(expected) ^ set(found)) + len(found) - len(set(found))
    yield Figure("outcomes not found once, at their rows", tried, f"{wrong}", "0", not wrong)


def _asked(url: str) -> list[Outcomes]:
    """Outcomes of all answers; what was decided is taken for the truth."""
    schemas = json.loads(fetched(url, "/openapi.json"))["components"]["schemas"]
    (name,) = set(schemas["Outcome"]["properties"]) - OTHERS
    body = json.dumps({"instances": json.loads(BODY)["instances"][:1] * ROWS})
    client, truths = connection(url), []
    for _ in range(REQUESTS):
        client.request("POST", "/predict", body, JSON)
        answer = client.getresponse()
        rows = enumerate(json.loads(answer.read())["predictions"])
        truths.append([{"answer_id": answer.headers["Answer-ID"], "row": row, name: each[name]} for row, each in rows])
    client.close()
    return truths


def _told(cluster: Cluster, truths: list[Outcomes]) -> tuple[int, int]:
    """How many were recorded, and how many of these by a replica that had not answered."""
    client, recorded, foreign = connection(cluster.url), 0, 0
    for number, outcomes in enumerate(truths):
        if number == REQUESTS // 2:
            cluster.replicas[0].signal("KILL")
        reply = _sent(client, outcomes)
        recorded += reply["recorded"]
        foreign += reply["unknown"]
        if number % AGAIN == 0:
            _sent(client, outcomes)
        if number % 100 == 99:
            say(f"{(number + 1) * ROWS:,} outcomes, {recorded:,} recorded, {foreign:,} of another's answers")
    client.close()
    return recorded, foreign


def _sent(client: http.client.HTTPConnection, outcomes: Outcomes) -> dict[str, int]:
    """The reply; sent again where a replica ended before it came, which changes nothing if they were recorded."""
    for _ in range(20):
        try:
            client.request("POST", "/outcomes", json.dumps({"outcomes": outcomes}), JSON)
            answer = client.getresponse()
            content = answer.read()
            if answer.status == http.HTTPStatus.OK:
                return dict(json.loads(content))
        except (OSError, http.client.HTTPException):
            client.close()
    return {"recorded": 0, "unknown": 0}


def _truth(outcome: dict[str, Any]) -> str:
    """As the log has it."""
    (name,) = set(outcome) - OTHERS
    return json.dumps(outcome[name])
