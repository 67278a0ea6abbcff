"""The system below Python: its release, its limits, its time."""

from pathlib import Path

import pytest

from shared.compare.facts import (
    limits,
    texts,
)
from shared.compare.facts.context import Context
from tests.unit.shared.compare.conftest import PROGRAM, run


def test_a_system_without_release_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Distroless images have no os-release."""
    monkeypatch.setattr("shared.compare.facts.reading.text", lambda path: None)
    assert texts.system(Context())["id"] is None


def test_quotas_of_both_cgroup_versions_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Microseconds of CPU in each period, or max."""
    monkeypatch.setattr(limits, "CGROUP", str(tmp_path))
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu/cpu.cfs_period_us").write_text("100000\n")
    for text, expected in (("50000", "50000 100000"), ("-1", "max 100000")):
        (tmp_path / "cpu/cpu.cfs_quota_us").write_text(text)
        assert limits.threads(Context())["cgroup_cpu"] == expected
    (tmp_path / "cpu.max").write_text("20000 100000\n")
    assert limits.threads(Context())["cgroup_cpu"] == "20000 100000"


def test_time_zone_is_recorded_by_its_offsets() -> None:
    """Two names of one zone give the same offsets; zones that agree in winter and not in summer do not."""
    utc, zulu, winter, dubai = (
        run(PROGRAM, TZ=zone)["time_zone"]["value"] for zone in ("UTC0", "ZULU0", "MSK-4", "XXX-4YYY,M3.5.0,M10.5.0")
    )
    assert utc["offsets_sha256"] == zulu["offsets_sha256"]
    assert utc["winter"] != zulu["winter"]
    assert winter["winter"].split()[1] == dubai["winter"].split()[1]
    assert winter["offsets_sha256"] != dubai["offsets_sha256"]
