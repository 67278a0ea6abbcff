"""Counts over the results in a record: what was caught, fixed and noticed."""

from typing import Any

CONVENTIONAL = {
    "freeze": "`pip freeze`",
    "check": "`pip check`",
    "warning": "scikit-learn warns",
    "smoke": "smoke test",
}
"""What teams look at without a gate."""
ScenarioResult = dict[str, Any]


def breaks(record: dict[str, Any]) -> list[ScenarioResult]:
    """The results that are not controls."""
    return [result for result in record["scenarios"] if result["kind"] != "control"]


def controls(record: dict[str, Any]) -> list[ScenarioResult]:
    """The results that are."""
    return [result for result in record["scenarios"] if result["kind"] == "control"]


def skipped(result: ScenarioResult) -> bool:
    """Whether this machine could not show it."""
    return any(stage["holds"] is None for stage in result["stages"].values())


def holds(result: ScenarioResult, stage: str) -> bool:
    """Whether a stage was run and is as it must be."""
    return bool(result["stages"].get(stage, {}).get("holds"))


def noticed(result: ScenarioResult) -> dict[str, bool]:
    """Which conventional checks notice a break, as measured."""
    details = result["stages"].get("broken", {}).get("details", {})
    return dict(details.get("noticed") or dict.fromkeys(CONVENTIONAL, False))


def counts(record: dict[str, Any]) -> dict[str, int]:
    """How many breaks were shown, are caught, and are noticed by each conventional check, or by none of them."""
    shown = [result for result in breaks(record) if holds(result, "broken")]
    seen = [noticed(result) for result in shown]
    return {
        "shown": len(shown),
        "caught": sum(holds(result, "caught") for result in shown),
        **{name: sum(flags[name] for flags in seen) for name in CONVENTIONAL},
        "unnoticed": sum(not any(flags.values()) for flags in seen),
    }


def verdict(record: dict[str, Any]) -> str:
    """A run in one line."""
    run, raised = breaks(record), [result for result in controls(record) if not holds(result, "benign")]
    parts = [f"{sum(holds(result, 'caught') for result in run)} of {len(run)} caught"]
    parts += [f"{sum(holds(result, 'fixed') for result in run)} fixed"]
    parts += [f"{len(raised)} of {len(controls(record))} false alarms"] if controls(record) else []
    parts += [f"{sum(map(skipped, run))} skipped"] if any(map(skipped, run)) else []
    silent = sum(result["silent"] for result in run)
    smoke = sum(noticed(result)["smoke"] for result in run)
    return f"{', '.join(parts)}; {silent} silent; a smoke test notices {smoke}; {record['seconds']:.0f} s"
