"""Each hour is asked once, what fails is counted, and outcomes are sent for what was answered."""

import threading
from collections.abc import Iterator

import pytest

from shared.lifecycle import traffic
from shared.lifecycle.traffic import Answer, Hour, Traffic, TrafficError, send_outcomes
from tests.unit.shared.lifecycle.service import Service, served

HOURS = [
    Hour(f"2013-04-01T{number:02}", [{"size": 1}] * 3, [{"big": True}, {"big": False}, {"big": False}])
    for number in range(24)
]


@pytest.fixture
def service() -> Iterator[Service]:
    """A service that answers everything."""
    with served(Service()) as running:
        yield running


def test_every_hour_is_asked_once(service: Service) -> None:
    """Under its own ID, and its rows are counted for the model that answered."""
    with Traffic(service.url, HOURS) as sent:
        pass
    assert sorted(service.asked) == [hour.id for hour in HOURS]
    assert sent.failures == []
    assert sent.rows == {"first": 72}


def test_a_failed_request_is_counted_and_not_sent_again(service: Service) -> None:
    """With its reason; the others go on."""
    service.failing.add(HOURS[5].id)
    with Traffic(service.url, HOURS) as sent:
        pass
    assert service.asked.count(HOURS[5].id) == 1
    assert len(sent.answers) == len(HOURS)
    (failure,) = sent.failures
    assert "HTTP 503" in failure


def test_most_of_a_month_is_left_for_the_awaited_model(service: Service) -> None:
    """However long its reload takes: the monitor is to judge it."""
    reload = threading.Timer(2.0, lambda: setattr(service, "version", "second"))
    reload.start()
    with Traffic(service.url, HOURS * 5, "second") as sent:
        pass
    reload.join()
    assert sent.rows.total() == 5 * 72
    assert sent.rows["second"] > sent.rows.total() / 2


def test_nobody_there_ends_soon() -> None:
    """After a number of failed requests no more are sent."""
    with Traffic("http://127.0.0.1:1", HOURS * 10) as sent:
        pass
    assert traffic.MOST_FAILED <= len(sent.answers) <= traffic.MOST_FAILED + traffic.CLIENTS


def test_an_interrupted_month_sends_no_more(service: Service) -> None:
    """Ctrl-C stops the clients, and is passed on."""
    with pytest.raises(KeyboardInterrupt), Traffic(service.url, HOURS * 1000):
        raise KeyboardInterrupt
    assert len(service.asked) < 24_000


def test_requests_of_a_reload_are_those_until_the_old_model_is_silent() -> None:
    """From its beginning to the last answer of any other model."""
    sent = Traffic("http://127.0.0.1:1", [])
    ended = [(1.0, "old"), (2.0, "old"), (3.0, "new"), (4.0, "old"), (5.0, "new")]
    sent.answers = [Answer(HOURS[0], when, version) for when, version in ended]
    assert sent.until("new", since=1.5) == 3
    assert sent.until("new", since=4.5) == 0


def test_outcomes_are_sent_for_answered_rows_only(service: Service) -> None:
    """Row by row, under the request's ID, in as many requests as it takes."""
    answers = [Answer(HOURS[0], 1.0, "first"), Answer(HOURS[1], 1.0, None, "HTTP 503")]
    assert send_outcomes(service.url, answers) == 3
    assert service.outcomes == [
        {"request_id": HOURS[0].id, "row": row, **each} for row, each in enumerate(HOURS[0].outcomes)
    ]


def test_a_log_that_lacks_rows_is_an_error(service: Service) -> None:
    """Scores would be of other flights than were served."""
    service.unknown = 1
    with pytest.raises(TrafficError, match="lacks 1 rows") as caught:
        send_outcomes(service.url, [Answer(HOURS[0], 1.0, "first")])
    assert HOURS[0].id in caught.value.evidence
