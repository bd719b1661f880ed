"""Lesson 01: 400 people in three parts, and what the accuracy measured on one of them is worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Checkbox
from matplotlib.axes import Axes

from helpers.datasets import load_people
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed, percent
from helpers.pictures.updates import Seen

Array = np.ndarray

DEALS = 200
AT_FIRST = (240, 320)  # the borders: 60, 20 and 20 percent
PARTS = ("train", "validation", "test")
ABOUT = "People dealt into three parts, and the test accuracy of 200 such deals."


# What it computes


class Deck:
    """All examples, X (N, D) with labels y (N,) of 0 and 1, in 200 shuffled orders.

    A split of such an order is two cuts: train before the first, test after the second. With
    `stratify` every cut holds the classes in proportion.

    Counts, sums and squares of both classes are summed along each order once. What a rule learns
    from the first a examples, whatever a, is then one row of a table, and 200 splits cost as little
    as one.
    """

    def __init__(self, X: Array, y: Array, stratify: bool) -> None:
        rng = np.random.default_rng(0)
        order = np.array([rng.permutation(len(y)) for _ in range(DEALS)])
        if stratify:
            order = in_proportion(order, y)
        self.X = X[order]  # (DEALS, N, D)
        self.y = y[order]  # (DEALS, N)
        ones = np.ones((*order.shape, 1))
        moments = np.concatenate([ones, self.X, self.X**2], axis=2)
        is_class = self.y[..., None] == [0, 1]
        each = is_class[..., None] * moments[:, :, None]
        self._sums = each.cumsum(axis=1)  # (DEALS, N, 2, 1 + 2 D)

    def test_accuracy(self, first: int, second: int) -> Array:
        """Accuracy (200,) on the examples from `second` on, after learning from the `first` ones.

        The rule is that of the nearest centroid, each feature in its deviations σ over the training
        part. An x belongs to class 1 if Σ (x − μ₀)²/σ² > Σ (x − μ₁)²/σ², which is the same as
        x · (μ₁ − μ₀)/σ² > ½ Σ (μ₁² − μ₀²)/σ².
        """
        D = self.X.shape[2]
        count, total, squares = np.split(self._sums[:, first - 1], [1, D + 1], axis=-1)
        mean = total.sum(axis=1) / first
        variance = squares.sum(axis=1) / first - mean**2
        zero, one = np.moveaxis(total / count, 1, 0)
        weights = (one - zero) / variance
        threshold = ((one**2 - zero**2) / variance).sum(axis=1) / 2
        scores = (self.X[:, second:] @ weights[:, :, None])[..., 0]
        says_one = scores > threshold[:, None]
        says_one[count[:, 0, 0] == 0] = True  # never saw the other class
        return (says_one == self.y[:, second:]).mean(axis=1)


def in_proportion(order: Array, y: Array) -> Array:
    """Each order (deals, N) of the examples rearranged: every cut holds the classes in proportion.

    Member i of a class of m goes to the place (i + ½) / m of the order.
    """
    labels = y[order]
    members = (labels[..., None] == [0, 1]).cumsum(axis=1)
    number = np.take_along_axis(members, labels[..., None], axis=2)[..., 0]
    place = (number - 0.5) / np.bincount(y)[labels]
    return np.take_along_axis(order, place.argsort(axis=1, kind="stable"), axis=1)


class Split(NamedTuple):
    """What a split into train, validation and test measures; a part that is empty has no yes."""

    sizes: tuple[int, int, int]
    shares: list[float]  # of yes in each part of the first deal
    accuracy: Array  # percent (200,)

    @property
    def deviation(self) -> float:
        """The standard deviation of the accuracy, in percentage points."""
        return self.accuracy.std()


def measure(deck: Deck, first: int, second: int) -> Split:
    """Cut all deals before the examples `first` and `second`."""
    parts = np.split(deck.y[0], [first, second])
    sizes = tuple(len(part) for part in parts)
    shares = [part.mean() if len(part) else 0.0 for part in parts]
    return Split(sizes, shares, 100 * deck.test_accuracy(first, second))


def words(found: Split) -> str:
    """The parts of one deal, and the accuracy over all."""
    parts = [
        f"{name} {size} ({percent(share)} yes)"
        for name, size, share in zip(PARTS, found.sizes, found.shares)
        if size
    ]
    mean = fixed(found.accuracy.mean(), 1)
    deviation = fixed(found.deviation, 1)
    return (
        f"One deal: {', '.join(parts)}. Test accuracy over {DEALS} deals: "
        f"{mean} % with a deviation of {deviation} points."
    )


# What it draws


LOOK = {
    "yes": {"fill": True, "color": style.CLASSES[1]},
    "borders": {"color": style.INK, "linewidth": 3},
    "deals": {"fill": True, "color": style.DOWNHILL},
    "here": {
        "marker": "o",
        "markersize": 9,
        "color": style.DOWNHILL,
        "clip_on": False,
    },
}
BINS = np.arange(36.25, 102, 2.5)  # of the accuracies, percent


class Drawing:
    """The bar of people with its two borders, the accuracies of 200 deals, and their deviation."""

    def __init__(self, live: LiveFigure, n: int, typical: float) -> None:
        """For n people; `typical` is the accuracy p of the dashed curve √(p(1 − p) / n)."""
        mosaic = [["bar", "bar"], ["draws", "spread"]]
        axes = live.figure.subplot_mosaic(mosaic, height_ratios=[1, 3])
        bar, draws, spread = axes["bar"], axes["draws"], axes["spread"]
        prepare_bar(bar, n)
        prepare_draws(draws)
        draw_theory(spread, typical)

        self._yes = bar.stairs([0.5] * 3, [0, *AT_FIRST, n], **LOOK["yes"])
        self._names = [bar.text(0, 1.08, name, ha="center") for name in PARTS]
        (self._borders,) = bar.plot([], [], **LOOK["borders"])
        self._deals = draws.stairs(np.zeros(len(BINS) - 1), BINS, **LOOK["deals"])
        (self._here,) = spread.plot([], [], **LOOK["here"])
        live.animated([self._yes, *self._names, self._borders, self._deals, self._here])

        for name, at, label in (
            ("train_end", AT_FIRST[0], "one border"),
            ("val_end", AT_FIRST[1], "the other border"),
        ):
            reach = ((6, n - 8), (0.5, 0.5))
            live.draggable(bar, name, (at, 0.5), along="x", bounds=reach, label=label)

    def show(self, found: Split) -> None:
        """Move everything to this split."""
        train, val, test = found.sizes
        edges = np.cumsum([0, train, val, test])
        self._yes.set_data(found.shares, edges)
        both = np.repeat(edges[1:3], 3).astype(float)
        both[2::3] = np.nan
        self._borders.set_data(both, [0, 1, np.nan] * 2)
        for name, start, end in zip(self._names, edges, edges[1:]):
            name.set_x((start + end) / 2)
            room = 0.01 * edges[-1] * len(name.get_text())
            name.set_visible(end - start > room)  # or else it would stand over its neighbour
        counts, _ = np.histogram(found.accuracy.clip(BINS[0]), BINS)
        self._deals.set_data(counts)
        self._here.set_data([test], [found.deviation])


def prepare_bar(ax: Axes, n: int) -> None:
    """The axes of the bar: n people from left to right, yes below, no above."""
    ax.set(xlim=(0, n), ylim=(0, 1), xlabel="people, shuffled")
    ax.set_yticks([0.27, 0.77], ["yes", "no"], fontsize=11)
    ax.set_facecolor(style.CLASSES[0])


def prepare_draws(ax: Axes) -> None:
    """The axes of the accuracies."""
    ax.set(
        xlim=(35, 102),
        ylim=(0, 125),
        xlabel="test accuracy (%)",
        ylabel=f"of {DEALS} deals",
    )


def draw_theory(ax: Axes, p: float) -> None:
    """How much an accuracy p deviates that is measured on n examples: about √(p(1 − p) / n)."""
    ax.set(
        xscale="log",
        xlim=(6, 400),
        ylim=(0, 18),
        yticks=[0, 5, 10, 15],
        xlabel="test examples n",
        ylabel="deviation (points)",
    )
    ax.set_xticks([10, 30, 100, 300], ["10", "30", "100", "300"])

    def deviation(n: Array | float) -> Array:
        return 100 * np.sqrt(p * (1 - p) / n)

    n = np.geomspace(6, 400, 50)
    ax.plot(n, deviation(n), "--", color=style.GREY)
    plots.label(ax, "√(p(1 − p) / n)", (14, deviation(14)), offset=(8, 6))


# What moves


def split() -> LiveFigure:
    """400 people in three parts: drag the borders, and see what the measured accuracy is worth.

    In each of 200 deals a nearest-centroid rule learns from the training part, its features scaled
    by that part's numbers, and is tested on the test part. An accuracy p that is measured on n
    examples deviates by about √(p(1 − p) / n).

    Controls: the handles `train_end` and `val_end`, (number of people, 0.5), of which the one
    further left ends the training part; `stratify`, keep the classes in proportion.

    >>> live = split()
    >>> live.controls["val_end"].value = (380, 0.5)
    >>> live.summary
    'One deal: train 240 (54 % yes), validation 140 (54 % yes), test 20 (55 % yes). ...'
    >>> live.close()
    """
    people = load_people()
    decks = {stratify: Deck(people.X, people.y, stratify) for stratify in (True, False)}
    live = LiveFigure(9, 4.6, about=ABOUT)
    typical = decks[True].test_accuracy(*AT_FIRST).mean()
    drawing = Drawing(live, len(people.y), typical)

    @live.update(stratify=Checkbox(value=True, indent=False))
    def _(train_end: tuple, val_end: tuple, stratify: bool) -> Seen:
        first, second = sorted((round(train_end[0]), round(val_end[0])))
        found = measure(decks[stratify], first, second)
        drawing.show(found)
        return Seen(
            words(found),
            sizes=found.sizes,
            shares=found.shares,
            accuracy=found.accuracy.mean(),
            deviation=found.deviation,
        )

    return live
