"""Golden requests: recorded once, and any other answer is noticed."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np
import pandas as pd
import pytest

from shared import artifact, contract, golden
from shared.contract import Row
from shared.problem.contract import LONGEST
from shared.target import Scores
from tests.unit.shared.problem.test_contract import BOUNDS, NULLABLE
from tests.unit.tiny import flight


def by_distance(flights: Sequence[Row]) -> Scores:
    """A model that anybody can check by hand."""
    return np.array([[each.distance_miles / 10_000] for each in flights])


FLIGHTS = [flight(distance_miles=miles) for miles in (100, 1000, 5000)]


def test_answers_are_recorded_with_a_floor_of_rounding() -> None:
    """A model without noise gets the floor of the last bits, not zero."""
    recorded = golden.record(by_distance, FLIGHTS)
    assert recorded.scores == [[0.01], [0.1], [0.5]]
    assert recorded.noise_floor == golden.RESOLUTION < 1e-15


def test_a_batch_that_differs_from_single_rows_is_noise() -> None:
    """What moves between a batch and single rows is measured, and raises the floor."""

    def noisy(flights: Sequence[Row]) -> Scores:
        return by_distance(flights) + (1e-9 if len(flights) == 1 else 0)

    recorded = golden.record(noisy, FLIGHTS)
    assert recorded.noise_floor == pytest.approx(1e-9)
    assert golden.replay(lambda flights: by_distance(flights) + 9e-10, recorded) == pytest.approx(9e-10)
    with pytest.raises(golden.ReplayError):
        golden.replay(lambda flights: by_distance(flights) + 1.1e-9, recorded)


def test_one_thread_is_measured_too() -> None:
    """What moves between many threads and one raises the floor as well."""
    calls: list[int] = []

    def by_call(flights: Sequence[Row]) -> Scores:
        calls.append(len(flights))
        return by_distance(flights) + (1e-6 if calls == [3, 3] else 0)

    recorded = golden.record(by_call, FLIGHTS)
    assert recorded.noise_floor == recorded.noise["one thread"] == pytest.approx(1e-6)


def test_the_same_model_passes(model: artifact.Model) -> None:
    """A model loaded from its file gives the answers it gave in training."""
    recorded = model.passport.golden
    assert golden.replay(model.scores, recorded) <= recorded.noise_floor
    assert len({score for (score,) in recorded.scores}) > 10


NAN = float("nan")


@pytest.mark.parametrize(
    ("moved", "beyond", "worst"),
    [
        ([0, 0, 1e-12], 1, 2),
        ([-0.01, -0.05, 0], 2, 1),
        ([0.3, NAN, 0.3], 3, 1),
        ([NAN, NAN, NAN], 3, 0),
        ([0, 0, float("inf")], 1, 2),
    ],
)
def test_other_answers_are_refused(moved: list[float], beyond: int, worst: int) -> None:
    """A small, a large and an impossible answer fail alike, and the worst is shown with both values."""
    recorded = golden.record(by_distance, FLIGHTS)
    with pytest.raises(golden.ReplayError) as caught:
        golden.replay(lambda flights: by_distance(flights) + np.array(moved)[:, None], recorded)
    assert f"for {beyond} of 3 golden requests" in caught.value.what
    expected, got = (0.01, 0.1, 0.5)[worst], (0.01, 0.1, 0.5)[worst] + moved[worst]
    evidence = f"golden request {worst}: expected late_probability {expected}, got {got}; noise floor 8.9e-16"
    assert caught.value.evidence == evidence
    assert "make dev" in caught.value.remedy


def test_a_model_of_other_data_is_noticed(model: artifact.Model) -> None:
    """Replayed by a model whose trees differ, the golden answers do not hold."""
    pipeline = model.pipeline
    boosted = pipeline.named_steps["model"]
    learned = boosted._baseline_prediction
    try:
        boosted._baseline_prediction = learned + 1e-9
        with pytest.raises(golden.ReplayError):
            golden.replay(model.scores, model.passport.golden)
    finally:
        boosted._baseline_prediction = learned


def test_requests_survive_json() -> None:
    """Golden requests are JSON in a passport, and come back as the same flights."""
    recorded = golden.record(by_distance, FLIGHTS)
    again = msgspec.json.decode(msgspec.json.encode(recorded), type=golden.Golden)
    assert again == recorded
    assert msgspec.convert(again.requests, list[Row]) == FLIGHTS
    assert golden.replay(by_distance, replace(again, noise_floor=0)) == 0


def test_edges_keep_the_contract_and_reach_its_ends() -> None:
    """Among the edges are null weather, unseen codes, both changes of clocks, and both ends of each range."""
    edges = golden.edges(flight())
    assert not [found for edge in edges for found in contract.violations(msgspec.to_builtins(edge))]
    assert any(all(getattr(edge, name) is None for name in NULLABLE) for edge in edges)
    assert {"ZZ", "ZZZ"} <= {edge.carrier for edge in edges} | {edge.destination for edge in edges}
    for name, ends in BOUNDS.items():
        assert set(ends) <= {getattr(edge, name) for edge in edges}, name
    local = [pd.Timestamp(edge.scheduled_departure).tz_convert("America/New_York") for edge in edges]
    assert {"2013-03-10 01:59:00-05:00", "2013-03-10 03:00:00-04:00"} <= set(map(str, local))
    assert {"2013-11-03 01:30:00-04:00", "2013-11-03 01:30:00-05:00"} <= set(map(str, local))
    assert LONGEST in {edge.scheduled_arrival - edge.scheduled_departure for edge in edges}
