"""What a worker's requests have in common."""

import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from flask import Flask

from prod.service import KEY, close
from shared.scorer import PipelineScorer
from tests.unit.prod.conftest import Client
from tests.unit.tiny import row


class Counting:
    """A pipeline that waits until others come, and counts how many compute at a time."""

    classes_ = (False, True)

    def __init__(self) -> None:
        self.now = self.most = 0
        self._changed = threading.Condition()

    def predict_proba(self, table: pd.DataFrame) -> np.ndarray:
        """The same for every row."""
        with self._changed:
            self.now += 1
            self.most = max(self.most, self.now)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.now > 2, timeout=0.2)
            self.now -= 1
        return np.full((len(table), 2), 0.5)


def test_few_requests_are_computed_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """All are answered; those that wait take neither memory nor the interpreter's lock."""
    counting = Counting()
    service = replace(app.extensions[KEY], scorer=PipelineScorer(counting))
    monkeypatch.setitem(app.extensions, KEY, service)
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(Client(app).predict({"instances": [row()]}).status_code))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 6
    assert counting.most == 2


def test_what_waits_is_written_where_there_is_a_log(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does not come up has no application, and its end is no error of its own."""
    closed: list[str] = []
    log = SimpleNamespace(close=lambda: closed.append("log"))
    for other in (None, Flask("other"), app):
        close(other)
    assert closed == []
    monkeypatch.setitem(app.extensions, KEY, replace(app.extensions[KEY], log=cast(Any, log)))
    close(app)
    assert closed == ["log"]
