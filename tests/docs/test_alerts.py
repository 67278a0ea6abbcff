"""Prometheus' alert rules are about metrics that there are, with labels that these have, and each has a remedy."""

import re

import pytest

from tests.integration.support.pages import ROOT

RULES = (ROOT / "prod" / "prometheus" / "alerts.yml").read_text()
ALERTS = [part for part in RULES.split("- alert: ") if part.startswith("Parity")]
SERVICE = (ROOT / "prod" / "metrics.py").read_text()
MONITOR = (ROOT / "dev" / "monitor" / "formats" / "prometheus.py").read_text()
COUNTED = {
    *(f"{name}_total" for name in re.findall(r'Counter\(\s*"(\w+)"', SERVICE)),
    *re.findall(r'Gauge\(\s*"(\w+)"', SERVICE),
    *re.findall(r'_head\("(\w+)"', MONITOR),
}
"""Names of the service's metrics, and of the monitor's."""


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: str(alert).partition("\n")[0])
def test_an_alert_is_about_what_is_counted(alert: str) -> None:
    """By a name and labels that the metrics have; the remedy says what to do."""
    expression = alert.partition("expr:")[2].partition("labels:")[0]
    assert set(re.findall(r"\bparity_\w+", expression)) <= COUNTED
    selected = {label for selector in re.findall(r"\{(.*?)\}", expression) for label in re.findall(r"(\w+)=", selector)}
    assert all(re.search(rf'"{label}"|{label}=', SERVICE + MONITOR) for label in selected - {"job"})
    assert re.search(r'summary: "\S', alert)
    assert re.search(r'remedy: "\S', alert)


def test_there_are_alerts() -> None:
    """One for each thing that goes wrong without a word to whoever asks, and metrics to hold them against."""
    assert len(ALERTS) >= 9
    assert {"parity_model_info", "parity_unseen_categories_total", "parity_monitor_verdict"} <= COUNTED
