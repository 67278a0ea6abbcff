"""Plots of a model's metrics, from its passport alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

Metrics = dict[str, Any]

INCHES = 5.0
DOTS_PER_INCH = 120


def draw(passport: dict[str, Any], folder: Path) -> None:
    """Write `roc.png`, `precision_recall.png`, `calibration.png` and `confusion.png` into a folder.

    A passport without a curve, of an older version of the project, gives the last two alone.
    """
    metrics = passport["metrics"]["model"]
    for name, plot in PLOTS.items():
        if "curve" in metrics or plot not in CURVES:
            figure = Figure(figsize=(INCHES, INCHES), layout="constrained")
            axes = figure.add_subplot()
            plot(axes, metrics, passport["threshold"])
            figure.savefig(folder / f"{name}.png", dpi=DOTS_PER_INCH)


def _roc(axes: Axes, metrics: Metrics, threshold: float) -> None:
    late, on_time = _totals(metrics)
    points = [(point["false_positive"] / on_time, point["true_positive"] / late) for point in metrics["curve"]]
    axes.plot([0, 1], [0, 1], "--", color="grey", label="baseline")
    axes.plot(*zip(*points, (0, 0), strict=True), label="model")
    confusion = metrics["confusion"]
    axes.plot(confusion["false_positive"] / on_time, confusion["true_positive"] / late, "o", label=f"at {threshold}")
    axes.set(title=f"ROC, area {metrics['roc_auc']:.4f}", xlabel="false positive rate", ylabel="true positive rate")
    axes.legend()


def _precision_recall(axes: Axes, metrics: Metrics, threshold: float) -> None:
    late, on_time = _totals(metrics)
    points = [(point["true_positive"] / late, _precision(point)) for point in metrics["curve"] if _positives(point)]
    axes.axhline(late / (late + on_time), linestyle="--", color="grey", label="baseline")
    axes.plot(*zip(*points, strict=True), label="model")
    confusion = metrics["confusion"]
    if _positives(confusion):
        axes.plot(confusion["true_positive"] / late, _precision(confusion), "o", label=f"at {threshold}")
    title = f"Precision and recall, average precision {metrics['average_precision']:.4f}"
    axes.set(title=title, xlabel="recall", ylabel="precision", ylim=(0, 1.02))
    axes.legend()


def _calibration(axes: Axes, metrics: Metrics, threshold: float) -> None:
    bins = metrics["calibration"]
    axes.plot([0, 1], [0, 1], "--", color="grey", label="perfect")
    axes.plot([part["probability"] for part in bins], [part["share"] for part in bins], "o-", label="model")
    axes.set(title=f"Calibration, error {metrics['calibration_error']:.4f}", xlabel="probability", ylabel="share late")
    axes.legend()


def _confusion(axes: Axes, metrics: Metrics, threshold: float) -> None:
    confusion = metrics["confusion"]
    cells = [
        [confusion["true_positive"], confusion["false_negative"]],
        [confusion["false_positive"], confusion["true_negative"]],
    ]
    axes.imshow([[cell / max(sum(row), 1) for cell in row] for row in cells], cmap="Blues", vmin=0, vmax=1)
    for y, row in enumerate(cells):
        for x, cell in enumerate(row):
            dark = cell > sum(row) / 2
            axes.text(x, y, f"{cell:,}", ha="center", va="center", color="white" if dark else "black")
    axes.set(title=f"Decisions at {threshold}", xticks=[0, 1], yticks=[0, 1])
    axes.set_xticklabels(["predicted late", "predicted on time"])
    axes.set_yticklabels(["was late", "was on time"])


def _totals(metrics: Metrics) -> tuple[int, int]:
    """Flights that were late, and that were not."""
    confusion = metrics["confusion"]
    late: int = confusion["true_positive"] + confusion["false_negative"]
    on_time: int = confusion["false_positive"] + confusion["true_negative"]
    return late, on_time


def _positives(point: Metrics) -> int:
    """Flights that were predicted late."""
    positives: int = point["true_positive"] + point["false_positive"]
    return positives


def _precision(point: Metrics) -> float:
    precision: float = point["true_positive"] / _positives(point)
    return precision


PLOTS: dict[str, Callable[[Axes, Metrics, float], None]] = {
    "roc": _roc,
    "precision_recall": _precision_recall,
    "calibration": _calibration,
    "confusion": _confusion,
}
CURVES = (_roc, _precision_recall)
