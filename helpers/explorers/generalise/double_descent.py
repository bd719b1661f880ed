"""Digits read through random features: the error against their number, with ridge and without."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Button, SelectionSlider
from matplotlib.axes import Axes

from helpers import datasets
from helpers.data import one_hot
from helpers.explorers.generalise.capacity import ABOVE
from helpers.pictures import says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray

TEST = 600
MOST = 5000
SIZES = (100, 200, 300)  # labels to learn from
WRONG = {"none": 0.0, "a tenth": 0.1, "three tenths": 0.3}
RIDGES = (0.0, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
SMALLEST = 1e-13  # of the largest eigenvalue: what is below is rounding, and counts as 0
LOWEST, HIGHEST = 0.02, 1000  # of the losses; a curve beyond runs along the edge
NO_RIDGE, THIS_RIDGE, BEST_RIDGE = "no ridge", "this ridge", "the best ridge for each"
LOOKS = {
    NO_RIDGE: {"color": style.CRIMSON, "ls": "-", "lw": 1.5},
    THIS_RIDGE: {"color": style.BLUE, "ls": "-", "lw": 2.5},
    BEST_RIDGE: {"color": style.GREEN, "ls": "--", "lw": 1.5},
}


# ---- what it computes


def counts(n: int) -> Array:
    """The numbers of features that are tried, up to MOST, n among them.

    >>> counts(200)[[0, -1]], bool(200 in counts(200))
    (array([  10, 5000]), True)
    """
    spread = np.geomspace(10, MOST, 22).round().astype(int)
    around = (n * np.array([0.8, 0.9, 1, 1.12, 1.25])).round().astype(int)
    return np.union1d(spread, around)


class Models(NamedTuple):
    """Ridge regression on the first P of MOST random features, for each P that is tried.

    With features Φ (N, P) and one-hot targets Y, the weights that make ‖Φw − Y‖² + λ‖w‖² least
    predict Φ' w = Φ'Φᵀ (ΦΦᵀ + λ)⁻¹ Y. With ΦΦᵀ = U diag(e) Uᵀ that is quick for any λ; λ = 0 gives
    the shortest w of those that fit best.
    """

    features: Array  # P, (M,)
    eigenvalues: Array  # e, (M, N), 0 where they are rounding
    targets: Array  # Uᵀ Y, (M, N, K)
    test: Array  # Φ'Φᵀ U, (M, TEST, N)
    labels: Array  # of the test part, (TEST,)

    @classmethod
    def of(cls, n: int, wrong: float, seed: int) -> Models:
        """Features max(x · w, 0) / √P of centred pixels x, w drawn; some labels are wrong."""
        rng, digits = np.random.default_rng(seed), datasets.load_digits()
        order = rng.permutation(len(digits.y))
        y = digits.y[order[:n]].copy()
        mistaken = rng.permutation(n)[: round(wrong * n)]
        y[mistaken] = (y[mistaken] + rng.integers(1, 10, len(mistaken))) % 10
        X = digits.X[order[: n + TEST]] / 16
        features = np.maximum((X - X[:n].mean(axis=0)) @ rng.normal(size=(64, MOST)), 0)
        return cls._solved(features[:n], one_hot(y, range(10)), features[n:], order, digits.y)

    @classmethod
    def _solved(cls, train: Array, Y: Array, test: Array, order: Array, y: Array) -> Models:
        n, tried = len(train), counts(len(train)).astype(int)
        products, e, targets, predicts = np.zeros((n + TEST, n)), [], [], []
        for before, P in zip([0, *tried], tried):
            new = train[:, before:P]
            products += np.vstack([new, test[:, before:P]]) @ new.T  # of the first P features
            eigenvalues, U = np.linalg.eigh(products[:n] / P)
            e.append(np.where(eigenvalues > SMALLEST * eigenvalues[-1], eigenvalues, 0))
            targets.append(U.T @ Y)
            predicts.append(products[n:] / P @ U)
        labels = y[order[n : n + TEST]]
        return cls(tried, np.array(e), np.array(targets), np.array(predicts), labels)

    def ends(self, ridge: float) -> Array:
        """The loss on the test part, its accuracy and the training loss for each P: (3, M)."""
        e = self.eigenvalues[:, :, None]
        inverse = np.divide(1, e + ridge, out=np.zeros_like(e), where=e > 0)
        y_hat = self.test @ (inverse * self.targets)
        loss = np.sum((y_hat - one_hot(self.labels, range(10))) ** 2, axis=-1).mean(axis=-1)
        right = np.mean(y_hat.argmax(axis=-1) == self.labels, axis=-1)
        left = np.sum(((1 - e * inverse) * self.targets) ** 2, axis=-1).mean(axis=-1)
        return np.array([loss, right, left])


class Curves(NamedTuple):
    """What each ridge comes to: (ridges, 3, M)."""

    features: Array
    ends: Array

    @classmethod
    def of(cls, models: Models) -> Curves:
        """At each ridge of the slider."""
        return cls(models.features, np.array([models.ends(ridge) for ridge in RIDGES]))

    def by_name(self, ridge: float) -> dict[str, Array]:
        """Loss, accuracy and training loss (3, M) by the names in LOOKS."""
        best = self.ends[self.ends[:, 0].argmin(axis=0), :, np.arange(len(self.features))].T
        return {
            NO_RIDGE: self.ends[0],
            THIS_RIDGE: self.ends[RIDGES.index(ridge)],
            BEST_RIDGE: best,
        }


def told(curves: Curves, n: int, ridge: float) -> Seen:
    """The test loss before the peak, at its highest, and with the most features."""
    loss, right, _ = curves.ends[RIDGES.index(ridge)]
    before = curves.features < n
    around = (curves.features > n / 2) & (curves.features < 2 * n)
    first, highest, last = loss[before].min(), loss[around].max(), loss[-1]
    peak = int(curves.features[around][loss[around].argmax()])
    words = (
        f"{n} labels, ridge {says.digits(ridge, 1)}. Test loss {says.digits(first, 2)} at best "
        f"with fewer features than labels, {says.digits(highest, 2)} at {peak} features, "
        f"{says.digits(last, 2)} at {MOST:,}, where {says.percent(right[-1])} are right."
    )
    facts = {"first": first, "highest": highest, "last": last, "peak": peak}
    facts["rise"] = highest / loss[around][0]
    return Seen(words, n=n, ridge=ridge, right=float(right[-1]), **facts)


# ---- what it draws


class Drawing:
    """Left the loss on test digits against the number of features, right the accuracy."""

    def __init__(self, live: LiveFigure) -> None:
        loss, right = live.subplots(1, 2)
        self._at = [self._draw_axes(live, ax) for ax in (loss, right)]
        self._curves = {
            name: live.animated([ax.plot([], [], label=name, **look)[0] for ax in (loss, right)])
            for name, look in LOOKS.items()
        }
        look = {"color": style.GREY, "ls": ":", "label": "this ridge, on the N digits"}
        (self._train,) = live.animated(loss.plot([], [], **look))
        loss.set(yscale="log", ylim=(LOWEST, HIGHEST), ylabel="squared error of a test digit")
        loss.set_yticks([0.1, 1, 10, 100, 1000], ["0.1", "1", "10", "100", "1,000"])
        loss.minorticks_off()
        right.set(ylim=(0, 1), ylabel="share of test digits right")
        handles = [*(curves[0] for curves in self._curves.values()), self._train]
        right.legend(handles=handles, **ABOVE)

    def _draw_axes(self, live: LiveFigure, ax: Axes):
        ax.set(xscale="log", xlim=(10, MOST), xlabel="random features P")
        ax.set_xticks([10, 100, 1000, 5000], ["10", "100", "1,000", "5,000"])
        ax.minorticks_off()
        return live.animated(ax.axvline(10, color=style.PALE, lw=6, zorder=0))

    def show(self, curves: Curves, n: int, ridge: float) -> None:
        """Show the three curves, and where there are as many features as labels."""
        for line in self._at:
            line.set_xdata([n, n])
        named = curves.by_name(ridge)
        for name, (loss, right, _) in named.items():
            in_loss, in_right = self._curves[name]
            in_loss.set_data(curves.features, loss.clip(LOWEST, HIGHEST))
            in_right.set_data(curves.features, right)
        self._train.set_data(curves.features, named[THIS_RIDGE][2].clip(LOWEST, HIGHEST))


# ---- the figure


def double_descent() -> LiveFigure:
    """Digits read by least squares on P random features: the error, from P = 10 to 5,000.

    A feature is max(x · v, 0) of the centred pixels x with weights v that are drawn and never
    learned. Only the weights w of the features are fitted, by least squares or, with a ridge λ, by
    ‖Φw − Y‖² + λ‖w‖². The pale line stands where there are as many features as labels.

    Controls: the number `n` of labels; which of them are `wrong`; the `ridge`; `again`, other
    digits and features.

    Belkin, Hsu, Ma and Mandal (2019), Reconciling modern machine-learning practice and the
    classical bias-variance trade-off; Nakkiran et al. (2021), Optimal regularization can mitigate
    double descent.

    >>> live = double_descent()
    >>> print(live.summary)
    200 labels, ridge 0. Test loss 0.5... at best with fewer features than labels, ...
    >>> live.close()
    """
    about = (
        "The error on test digits against the number of random features, with and without ridge."
    )
    live = LiveFigure(9.6, 3.9, about=about)
    _connect(live, Drawing(live))
    _set_goals(live)
    return live


def _connect(live: LiveFigure, drawing: Drawing) -> None:
    @live.when("n", "wrong", "again")
    def curves(n, wrong, again):
        return Curves.of(Models.of(n, WRONG[wrong], seed=again))

    names = [(says.digits(ridge, 1), ridge) for ridge in RIDGES]

    @live.update(
        ridge=SelectionSlider(options=names, value=0.0, description="ridge λ"),
        n=SelectionSlider(options=SIZES, value=200, description="labels N"),
        wrong=SelectionSlider(options=list(WRONG), value="a tenth", description="wrong labels"),
        again=Button(description="draw again"),
    )
    def _(ridge, n, wrong, again):
        drawing.show(curves.value, n, ridge)
        return told(curves.value, n, ridge)


def _set_goals(live: LiveFigure) -> None:
    def is_flat(seen: Seen) -> bool:
        return seen.rise < 1.02

    live.goal("Take the peak away", is_flat)
    live.goal("Move the peak to 100 features", lambda seen: seen.n == 100 and seen.highest > 5)
    live.goal(
        "Without ridge: make 5,000 features twice as good as any number below the labels",
        lambda seen: seen.ridge == 0 and seen.last < 0.5 * seen.first,
    )
