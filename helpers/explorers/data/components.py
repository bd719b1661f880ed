"""Lesson 01: ten digits rebuilt from a few principal components, and what these keep."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import IntSlider
from matplotlib.axes import Axes

from helpers.data import PCA, train_val_test_split
from helpers.datasets import Part, load_digits
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen

Array = np.ndarray

PIXELS = 64  # of a digit: as many components are all
ABOUT = "Ten digits, the same rebuilt from k components, and what k components keep."


# What it computes


class Reduction(NamedTuple):
    """What the first k components keep, for k = 1 … 64, and ten digits as components see them."""

    pca: PCA  # of all components
    digits: Array  # (10, 64), one of each, new to the PCA
    kept: Array  # percent of the variance (64,)
    accuracy: Array  # percent of new digits that the nearest neighbour names correctly (64,)

    def rebuilt(self, k: int) -> Array:
        """The ten digits from k numbers each: X̂ = Zₖ Vₖᵀ + μ."""
        Z = self.pca.transform(self.digits)
        return Z[:, :k] @ self.pca.components_[:k] + self.pca.mean_


def reduce_digits() -> Reduction:
    """Learn the components from the training part of the digits, and try them on new ones."""
    digits = load_digits()
    rng = np.random.default_rng(0)
    train, val, _ = train_val_test_split(digits.X, digits.y, rng=rng)
    pca = PCA(PIXELS).fit(train.X)
    seen = Part(pca.transform(train.X), train.y)
    new = Part(pca.transform(val.X), val.y)
    first_of_each = [np.flatnonzero(val.y == digit)[0] for digit in range(10)]
    return Reduction(
        pca=pca,
        digits=val.X[first_of_each],
        kept=100 * pca.explained_variance_ratio_.cumsum(),
        accuracy=100 * accuracy_by_columns(seen, new),
    )


def accuracy_by_columns(train: Part, new: Part) -> Array:
    """Accuracy (D,) of the nearest neighbour by the first 1, 2 … D columns.

    Each column adds the squares of its differences to the distances. In float32, for speed: where
    such a square is too small for it, it adds nothing that counts.
    """
    columns = new.X.T.astype(np.float32)
    known = train.X.T.astype(np.float32)
    distance = np.zeros((len(new.X), len(train.X)), dtype=np.float32)
    accuracy = []
    with np.errstate(under="ignore"):
        for column, train_column in zip(columns, known):
            gap = np.subtract.outer(column, train_column)
            distance += np.square(gap, out=gap)
            nearest = distance.argmin(axis=1)
            accuracy.append((train.y[nearest] == new.y).mean())
    return np.array(accuracy)


def sheet(images: Array) -> Array:
    """Ten 8×8 images (10, 64) as one of two rows (20, 50), with a margin around each."""
    squares = images.reshape(10, 8, 8)
    framed = np.pad(squares, ((0, 0), (1, 1), (1, 1)))
    rows = framed.reshape(2, 5, 10, 10).swapaxes(1, 2)
    return rows.reshape(20, 50)


# What it draws


LOOK = {
    "digits": {
        "cmap": "Greys",
        "vmin": 0,
        "vmax": 16,
    },
    "line": {
        "color": style.GREY,
        "linewidth": 1,
    },
    "dots": {
        "marker": "o",
        "markersize": 8,
        "color": style.INK,
        "linestyle": "none",
        "clip_on": False,
    },
}


class Drawing:
    """The digits as scanned and as rebuilt, and two curves over k with a dot on each."""

    def __init__(self, live: LiveFigure, found: Reduction) -> None:
        self._found = found
        inches = {"w_pad": 0.1, "h_pad": 0.08}  # the last dot reaches over its axes
        live.figure.get_layout_engine().set(**inches)
        mosaic = [["scanned", "curves"], ["rebuilt", "curves"]]
        axes = live.figure.subplot_mosaic(mosaic, width_ratios=[7, 6])
        scanned, rebuilt, curves = axes["scanned"], axes["rebuilt"], axes["curves"]
        for ax, title in (
            (scanned, "As scanned: 64 numbers each"),
            (rebuilt, "Rebuilt from k numbers each"),
        ):
            ax.set(title=title, xticks=[], yticks=[])
            ax.spines[:].set_visible(False)

        image = sheet(found.digits)
        scanned.imshow(image, **LOOK["digits"])
        self._rebuilt = rebuilt.imshow(image, interpolation="nearest", **LOOK["digits"])
        draw_curves(curves, found)
        (self._line,) = curves.plot([], [], **LOOK["line"])
        (self._dots,) = curves.plot([], [], **LOOK["dots"])
        live.animated([self._rebuilt, self._line, self._dots])
        live.beneath(curves, "k")

    def show(self, k: int) -> None:
        """Rebuild from k components."""
        found = self._found
        self._rebuilt.set_data(sheet(found.rebuilt(k)))
        self._line.set_data([k, k], [0, 100])
        self._dots.set_data([k, k], [found.kept[k - 1], found.accuracy[k - 1]])


def draw_curves(ax: Axes, found: Reduction) -> None:
    """The share of the variance, and the accuracy, over the number of components."""
    ax.set(xlim=(1, PIXELS), ylim=(0, 108))
    ax.set(xlabel="components k", ylabel="%")
    k = range(1, PIXELS + 1)
    ax.plot(k, found.kept, color=style.GRADIENT)
    ax.plot(k, found.accuracy, "--", color=style.DOWNHILL)
    plots.label(ax, "variance explained", (22, 78), color=style.GRADIENT)
    plots.label(ax, "accuracy, nearest neighbour", (9, 104), color=style.DOWNHILL)


# What moves


def components() -> LiveFigure:
    """Ten digits rebuilt from their first k principal components, and how much these keep.

        X̂ = Zₖ Vₖᵀ + μ        Zₖ = (X − μ) Vₖ        (Pearson, 1901)

    The directions V are learnt from the training part. The accuracy is that of the nearest
    neighbour among 1,077 training digits, seen through k components, on the 360 digits of the
    validation part. The control `k` goes from 1 to 64.

    >>> live = components()
    >>> live.controls["k"].value = 20
    >>> live.summary
    'k = 20 of 64 numbers for each digit keep 89.7 % of the variance; the nearest neighbour ...'
    >>> live.close()
    """
    found = reduce_digits()
    live = LiveFigure(9, 4, about=ABOUT)
    drawing = Drawing(live, found)

    @live.update(k=IntSlider(min=1, max=PIXELS, value=8))
    def _(k: int) -> Seen:
        drawing.show(k)
        kept, accuracy = found.kept[k - 1], found.accuracy[k - 1]
        words = (
            f"k = {k} of {PIXELS} numbers for each digit keep {fixed(kept, 1)} % of the variance; "
            f"the nearest neighbour then names {fixed(accuracy, 1)} % of new digits correctly."
        )
        return Seen(words, kept=kept, accuracy=accuracy)

    return live
