"""Lesson 01: 400 people in three parts, and what the accuracy measured on one of them is worth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Button, Checkbox
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

    deal: int  # the number of the deal that is shown, from 0
    sizes: tuple[int, int, int]
    shares: list[float]  # of yes in each part of this deal
    accuracy: Array  # percent, of all deals (200,)

    @property
    def own(self) -> float:
        """The accuracy of this deal, in percent."""
        return float(self.accuracy[self.deal])

    @property
    def deviation(self) -> float:
        """The standard deviation of the accuracy, in percentage points."""
        return self.accuracy.std()


def expected_deviation(p: float, n: Array | float) -> Array:
    """How much an accuracy p deviates that is measured on n examples: about √(p(1 − p) / n).

    >>> print(f"{expected_deviation(0.9, 100):.3f}")
    0.030
    """
    return np.sqrt(p * (1 - p) / n)


def measure(deck: Deck, deal: int, first: int, second: int) -> Split:
    """Cut all deals before the examples `first` and `second`, and look at one of them."""
    parts = np.split(deck.y[deal], [first, second])
    sizes = tuple(len(part) for part in parts)
    shares = [part.mean() if len(part) else 0.0 for part in parts]
    return Split(deal, sizes, shares, 100 * deck.test_accuracy(first, second))


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
        f"Deal {found.deal + 1}: {', '.join(parts)}. Its test accuracy is {fixed(found.own, 1)} %. "
        f"Over {DEALS} deals it is {mean} % with a standard deviation of {deviation} percentage "
        "points."
    )


# What it draws


LOOK = {
    "yes": {"fill": True, "color": style.CLASSES[1]},
    "borders": {"color": style.INK, "linewidth": 3},
    "deals": {"fill": True, "color": style.DOWNHILL},
    "this_deal": {
        "marker": "o",
        "linestyle": "none",
        "markersize": 9,
        "color": style.INK,
        "clip_on": False,
        "zorder": 5,
        "label": "this deal",
    },
    "here": {
        "marker": "o",
        "linestyle": "none",
        "markersize": 9,
        "color": style.DOWNHILL,
        "clip_on": False,
        "label": "over 200 deals",
    },
}
BIN = 2.5  # percent: the width of a bar of the histogram
SPAN, TALLEST = 20, 80  # percent and deals that its axes hold at least; then twice as many
N_SHOWN = np.geomspace(6, 400, 50)  # of the dashed curve
LABEL_AT = 14  # where on it its formula stands


class Drawing:
    """The bar of people with its two borders, the accuracies of 200 deals, and their deviation."""

    def __init__(self, live: LiveFigure, n: int) -> None:
        """For n people."""
        mosaic = [["bar", "bar"], ["draws", "spread"]]
        axes = live.figure.subplot_mosaic(mosaic, height_ratios=[1, 4.5])
        bar, draws, spread = axes["bar"], axes["draws"], axes["spread"]
        prepare_bar(bar, n)
        prepare_draws(draws)
        prepare_spread(spread)
        self._draws = draws

        self._yes = bar.stairs([0.5] * 3, [0, *AT_FIRST, n], **LOOK["yes"])
        self._names = [bar.text(0, 1.08, name, ha="center") for name in PARTS]
        (self._borders,) = bar.plot([], [], **LOOK["borders"])
        self._deals = draws.stairs([0.0], [0.0, BIN], **LOOK["deals"])
        (self._this_deal,) = draws.plot([], [], **LOOK["this_deal"])
        (self._theory,) = spread.plot([], [], "--", color=style.GREY)
        self._formula = plots.label(spread, "√(p(1 − p) / n)", (LABEL_AT, 0), offset=(8, 6))
        (self._here,) = spread.plot([], [], **LOOK["here"])
        for ax in (draws, spread):
            ax.legend(loc="upper left" if ax is draws else "upper right", handletextpad=0)
        live.animated([self._yes, *self._names, self._borders, self._deals, self._this_deal])
        live.animated([self._theory, self._formula, self._here])

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
        self._show_accuracies(found)
        self._show_deviation(test, found)

    def _show_accuracies(self, found: Split) -> None:
        """The histogram, from as low as it must; 100 % belongs to the bar that ends there."""
        span = plots.doubled(SPAN, 100 - found.accuracy.min())
        bins = np.arange(100 - span, 100 + BIN / 2, BIN)
        counts, _ = np.histogram((found.accuracy - 1e-9).clip(bins[0]), bins)
        self._deals.set_data(counts, bins)
        self._this_deal.set_data([found.own], [0])
        limits = ((100 - span, 100), (0, plots.doubled(TALLEST, counts.max())))
        if limits != (self._draws.get_xlim(), self._draws.get_ylim()):
            self._draws.set(xlim=limits[0], ylim=limits[1])  # the background is drawn again

    def _show_deviation(self, n: int, found: Split) -> None:
        """The deviation at n test examples, and the curve for the accuracy as it is now."""
        p = found.accuracy.mean() / 100
        self._theory.set_data(N_SHOWN, 100 * expected_deviation(p, N_SHOWN))
        self._formula.xy = (LABEL_AT, 100 * expected_deviation(p, LABEL_AT))
        self._here.set_data([n], [found.deviation])


def prepare_bar(ax: Axes, n: int) -> None:
    """The axes of the bar: n people from left to right, yes below, no above."""
    ax.set(xlim=(0, n), ylim=(0, 1), xlabel="people, shuffled")
    ax.set_yticks([0.27, 0.77], ["yes", "no"], fontsize=11)
    ax.set_facecolor(style.CLASSES[0])


def prepare_draws(ax: Axes) -> None:
    """The axes of the accuracies."""
    ax.set(xlabel="test accuracy (%)", ylabel=f"of {DEALS} deals")
    ax.locator_params(axis="x", nbins=6, integer=True)


def prepare_spread(ax: Axes) -> None:
    """The axes of the deviation over the number of test examples."""
    ax.set(
        xscale="log",
        xlim=(6, 400),
        ylim=(0, 18),
        yticks=[0, 5, 10, 15],
        xlabel="test examples n",
        ylabel="deviation (% points)",
    )
    ax.set_xticks([10, 30, 100, 300], ["10", "30", "100", "300"])


# What moves


def split() -> LiveFigure:
    """400 people in three parts: drag the borders, and see what the measured accuracy is worth.

    In each of 200 deals a nearest-centroid rule learns from the training part, its features scaled
    by that part's numbers, and is tested on the test part. An accuracy p that is measured on n
    examples deviates by about √(p(1 − p) / n): the dashed curve, with the mean accuracy as p.

    Controls: the handles `train_end` and `val_end`, (number of people, 0.5), of which the one
    further left ends the training part; `stratify`, keep the classes in proportion; `deal`, which
    deals again: the bar and the dark dot are those of one deal.

    >>> live = split()
    >>> live.controls["val_end"].value = (380, 0.5)
    >>> live.summary
    'Deal 1: train 240 (54 % yes), validation 140 (54 % yes), test 20 (55 % yes). ...'
    >>> live.close()
    """
    people = load_people()
    decks = {stratify: Deck(people.X, people.y, stratify) for stratify in (True, False)}
    live = LiveFigure(9, 4.6, about=ABOUT)
    drawing = Drawing(live, len(people.y))

    @live.update(deal=Button(description="Deal again"), stratify=Checkbox(value=True, indent=False))
    def _(train_end: tuple, val_end: tuple, stratify: bool, deal: int) -> Seen:
        first, second = sorted((round(train_end[0]), round(val_end[0])))
        found = measure(decks[stratify], deal % DEALS, first, second)
        drawing.show(found)
        return Seen(
            words(found),
            sizes=found.sizes,
            shares=found.shares,
            own=found.own,
            accuracy=found.accuracy.mean(),
            deviation=found.deviation,
        )

    return live
