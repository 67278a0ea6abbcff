"""Plots of a model's metrics, from its passport alone, for each kind of target."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

Metrics = dict[str, Any]
Target = dict[str, Any]
"""What a passport says of the target: its kind, its name, and its classes, words or unit."""
Plot = Callable[[Axes, Metrics, Target, float | None], None]

INCHES = 5.0
DOTS_PER_INCH = 120


def draw(passport: dict[str, Any], folder: Path) -> None:
    """Write a PNG file for each plot of the target's kind into a folder.

    They are `calibration.png`, where there are classes `confusion.png`, and of yes and no `roc.png` and
    `precision_recall.png` as well.
    """
    metrics, target = passport["metrics"]["model"], passport["target"]
    for name, plot in PLOTS[target["kind"]].items():
        figure = Figure(figsize=(INCHES, INCHES), layout="constrained")
        axes = figure.add_subplot()
        plot(axes, metrics, target, passport["threshold"])
        figure.savefig(folder / f"{name}.png", dpi=DOTS_PER_INCH)


def _roc(axes: Axes, metrics: Metrics, _: Target, threshold: float | None) -> None:
    yes, no = _totals(metrics)
    points = [(point["false_positive"] / no, point["true_positive"] / yes) for point in metrics["curve"]]
    axes.plot([0, 1], [0, 1], "--", color="grey", label="baseline")
    axes.plot(*zip(*points, (0, 0), strict=True), label="model")
    confusion = metrics["confusion"]
    axes.plot(confusion["false_positive"] / no, confusion["true_positive"] / yes, "o", label=f"at {threshold}")
    axes.set(title=f"ROC, area {metrics['roc_auc']:.4f}", xlabel="false positive rate", ylabel="true positive rate")
    axes.legend()


def _precision_recall(axes: Axes, metrics: Metrics, _: Target, threshold: float | None) -> None:
    yes, no = _totals(metrics)
    points = [(point["true_positive"] / yes, _precision(point)) for point in metrics["curve"] if _positives(point)]
    axes.axhline(yes / (yes + no), linestyle="--", color="grey", label="baseline")
    axes.plot(*zip(*points, strict=True), label="model")
    confusion = metrics["confusion"]
    if _positives(confusion):
        axes.plot(confusion["true_positive"] / yes, _precision(confusion), "o", label=f"at {threshold}")
    title = f"Precision and recall, average precision {metrics['average_precision']:.4f}"
    axes.set(title=title, xlabel="recall", ylabel="precision", ylim=(0, 1.02))
    axes.legend()


def _calibration(axes: Axes, metrics: Metrics, target: Target, _: float | None) -> None:
    bins = metrics["calibration"]
    axes.plot([0, 1], [0, 1], "--", color="grey", label="perfect")
    axes.plot([part["probability"] for part in bins], [part["share"] for part in bins], "o-", label="model")
    share = f"share {target['positive']}" if target["kind"] == "binary" else "share right"
    axes.set(title=f"Calibration, error {metrics['calibration_error']:.4f}", xlabel="probability", ylabel=share)
    axes.legend()


def _numbers(axes: Axes, metrics: Metrics, target: Target, _: float | None) -> None:
    answers, truths = ([part[name] for part in metrics["calibration"]] for name in ("answer", "truth"))
    ends = min(*answers, *truths), max(*answers, *truths)
    axes.plot(ends, ends, "--", color="grey", label="perfect")
    axes.plot(answers, truths, "o-", label="model, by tenth")
    unit = target["unit"]
    axes.set(title=f"Calibration, RMSE {metrics['rmse']:.4g} {unit}", xlabel=f"answer, {unit}", ylabel=f"truth, {unit}")
    axes.legend()


def _confusion(axes: Axes, metrics: Metrics, target: Target, threshold: float | None) -> None:
    if target["kind"] == "binary":
        names, found = [target["positive"], target["negative"]], metrics["confusion"]
        cells = [
            [found["true_positive"], found["false_negative"]],
            [found["false_positive"], found["true_negative"]],
        ]
    else:
        names, cells = target["classes"], metrics["confusion"]
    axes.imshow([[cell / max(sum(row), 1) for cell in row] for row in cells], cmap="Blues", vmin=0, vmax=1)
    for y, row in enumerate(cells):
        for x, cell in enumerate(row):
            dark = cell > sum(row) / 2
            axes.text(x, y, f"{cell:,}", ha="center", va="center", color="white" if dark else "black")
    places = range(len(names))
    title = "Decisions" if threshold is None else f"Decisions at {threshold}"
    axes.set(title=title, xticks=places, yticks=places)
    axes.set_xticklabels([f"predicted {name}" for name in names])
    axes.set_yticklabels([f"was {name}" for name in names])


def _totals(metrics: Metrics) -> tuple[int, int]:
    """Rows that were yes, and that were no."""
    confusion = metrics["confusion"]
    yes: int = confusion["true_positive"] + confusion["false_negative"]
    no: int = confusion["false_positive"] + confusion["true_negative"]
    return yes, no


def _positives(point: Metrics) -> int:
    """Rows that were predicted yes."""
    positives: int = point["true_positive"] + point["false_positive"]
    return positives


def _precision(point: Metrics) -> float:
    precision: float = point["true_positive"] / _positives(point)
    return precision


PLOTS: dict[str, dict[str, Plot]] = {
    "binary": {
        "roc": _roc,
        "precision_recall": _precision_recall,
        "calibration": _calibration,
        "confusion": _confusion,
    },
    "multiclass": {"calibration": _calibration, "confusion": _confusion},
    "regression": {"calibration": _numbers},
}
