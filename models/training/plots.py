"""Pictures of a training run and of precision against recall."""

import csv

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

from classes import CLASSES  # noqa: E402


def plot_log(log, picture, name):
    """Loss by epoch, and below it the average precision of each class where it was measured."""
    with open(log, newline="") as file:
        rows = list(csv.DictReader(file))
    figure, (upper, lower) = pyplot.subplots(2, 1, sharex=True, figsize=(7, 6), layout="constrained")
    for part in ("loss", "box", "object", "class"):
        upper.plot([int(row["epoch"]) for row in rows], [float(row[part]) for row in rows], label=part)
    upper.set(title=name, ylabel="loss", yscale="log")
    for part in CLASSES:
        points = [(int(row["epoch"]), float(row[part])) for row in rows if row[part]]
        if points:
            lower.plot(*zip(*points), marker="o", markersize=3, label=part)
    lower.set(xlabel="epoch", ylabel="AP@0.5 against the teacher", ylim=(0, 1))
    for axes in (upper, lower):
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(picture, dpi=90)
    pyplot.close(figure)
