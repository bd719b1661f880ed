"""Lesson 01, prepare the data: what scaling does to a loss, what a split measures, what a few components keep."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from ipywidgets import Checkbox, FloatLogSlider, FloatSlider, IntSlider, ToggleButtons

from helpers.data import PCA, MinMaxScaler, StandardScaler, train_val_test_split
from helpers.datasets import load_digits, load_people
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure

Array = np.ndarray

SHRINK = 1_000  # a descent has arrived when it is this many times nearer to the minimum than at the start
SHOWN = 60  # as many of its steps are drawn
DEALS = 200


def scale(standardise: Callable[[Array], Array] | None = None) -> LiveFigure:
    """Two features of unequal size, the loss over their weights, and how many gradient steps the inequality costs.

    J(w) = ½ mean (w·x − y)² has the Hessian H = XᵀX / N and the condition number κ = λmax / λmin. At the best rate,
    2 / (λmin + λmax), each step leaves (κ − 1) / (κ + 1) of the distance to the minimum (Nocedal and Wright, 2006,
    section 3.3).

    Controls: `ratio`, the deviation of x₂ in deviations of x₁; `offset`, each mean in deviations of its own feature;
    `features`, how they are scaled; `start` of the descent. `standardise`, (N, D) → (N, D), is what the button of that
    name does, by default `StandardScaler`; a ValueError, said in the figure, if it returns another shape, NaN or inf.

    >>> live = scale()
    >>> live.controls["ratio"].value = 100
    >>> live.summary
    'Raw features, ratio 100, means 0.0 deviations from 0: condition number κ = 10,000; the best rate needs ...'
    >>> live.close()
    """
    scalings = {
        "raw": lambda X: X,
        "centred": lambda X: X - X.mean(axis=0),
        "min–max": lambda X: MinMaxScaler().fit_transform(X),
        "standardised": standardise or (lambda X: StandardScaler().fit_transform(X)),
    }
    unit, ratios = (
        _uncorrelated(60),
        1 + np.append(0, np.logspace(-3, np.log10(999), 40)),
    )  # fine where κ leaves 1
    steps = np.inf

    def prepared(ratio: float, offset: float, scaling: str) -> Array:
        raw = (unit + offset) * [1.0, ratio]
        X = np.asarray(scalings[scaling](raw))
        if X.shape != raw.shape or not np.isfinite(X).all():
            got = f"shape {X.shape}" if X.shape != raw.shape else "NaN or inf"
            raise ValueError(
                f"the scaled features must be finite numbers of shape {raw.shape}, got {got}"
            )
        return X

    @lru_cache(maxsize=1)
    def by_ratio(offset: float, scaling: str) -> Array:
        return np.linalg.cond(
            [X.T @ X for X in (prepared(ratio, offset, scaling) for ratio in ratios)]
        )

    live = LiveFigure(
        9,
        3.6,
        about="Two features, the loss over their two weights, and the steps a descent needs.",
    )
    cloud, bowl, curve = live.subplots(1, 3)
    cloud.set(title="Features", xlabel="$x_1$", ylabel="$x_2$ (same unit)")
    bowl.set(
        title="Loss, seen from above", xlabel="$w_1$ − best $w_1$", ylabel="$w_2$ − best $w_2$"
    )
    curve.set(
        title="Cost of the ratio",
        xscale="log",
        yscale="log",
        xlim=(1, 1000),
        ylim=(0.7, 1e9),
        xlabel="ratio",
    )
    for ax, limit in ((cloud, 1.15), (bowl, 1.0)):
        ax.set(xlim=(-limit, limit), ylim=(-limit, limit), xticks=[], yticks=[], aspect="equal")
    cloud.axhline(0, color=style.PALE, zorder=0)
    cloud.axvline(0, color=style.PALE, zorder=0)
    live.animated(bowl.plot(0, 0, "*", color=style.MINIMUM, markersize=14, mec="white", zorder=7))
    (points,) = live.animated(cloud.plot([], [], "o", color=style.TARGET, markersize=4, alpha=0.6))
    (rings,) = live.animated(bowl.plot([], [], color=style.GREY, linewidth=0.8))
    (path,) = live.animated([plots.descent(bowl, markersize=3)])
    (costs,) = live.animated(curve.plot([], [], color=style.DOWNHILL, label="gradient steps"))
    (conditions,) = live.animated(
        curve.plot([], [], "--", color=style.GRADIENT, label="condition number κ")
    )
    (here,) = live.animated(curve.plot([], [], "o", color=style.INK, markersize=8, clip_on=False))
    curve.legend(loc="upper left")
    live.draggable(bowl, "start", (-0.85, 0.6), color=style.DOWNHILL)
    live.beneath(curve, "ratio")

    @live.update(
        features=ToggleButtons(options=list(scalings), style={"button_width": "124px"}),
        offset=FloatSlider(min=0, max=10, step=0.1, value=0),
        ratio=FloatLogSlider(min=0, max=3, step=0.02, value=5),
    )
    def _(start, features, offset, ratio):
        nonlocal steps
        X = prepared(ratio, offset, features)
        eigenvalues, directions = np.linalg.eigh(X.T @ X / len(X))
        kappa = eigenvalues[1] / eigenvalues[0]
        kappas, steps = by_ratio(offset, features), _steps_needed(kappa)
        points.set_data(*(X / np.abs(X).max()).T)
        rings.set_data(*_rings(eigenvalues, directions).T)
        path.set_data(*_descent(eigenvalues, directions, start).T)
        conditions.set_data(ratios, kappas)
        costs.set_data(ratios, _steps_needed(kappas))
        here.set_data([ratio], [steps])
        data = f"{features.capitalize()} features, ratio {_rounded(ratio)}, means {offset:.1f} deviations from 0"
        cost = f"the best rate needs {_rounded(steps)} {'step' if steps == 1 else 'steps'}"
        path_ends = f"; the path shows the first {SHOWN}" if steps > SHOWN else ""
        return f"{data}: condition number κ = {_rounded(kappa)}; {cost}{path_ends}."

    live.goal(
        "At a ratio above 100, need under 10 steps",
        lambda seen: live.controls["ratio"].value > 100 and steps < 10,
    )
    return live


def _steps_needed(kappa: Array) -> Array:
    """Gradient steps at the best rate until w is 1,000 times nearer: ln 1000 / −ln((κ − 1) / (κ + 1))."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.ceil(np.log(SHRINK) / -np.log((kappa - 1) / (kappa + 1))), 1)


def _uncorrelated(n: int) -> Array:
    """Two features (n, 2) of mean 0, deviation 1 and correlation 0: what is unequal later is what the sliders add."""
    X = np.random.default_rng(0).uniform(-1, 1, (n, 2))
    U, _, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return U * np.sqrt(n)


def _rings(eigenvalues: Array, directions: Array) -> Array:
    """Contours of ½ wᵀHw at equal steps of its root, as one line with gaps; the steep direction spans 10 of them."""
    angles = np.append(np.linspace(0, 2 * np.pi, 97), np.nan)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    radii = np.arange(1, 15)[:, None, None] / 10
    return (radii * circle * np.sqrt(eigenvalues[1] / eigenvalues)).reshape(-1, 2) @ directions.T


def _descent(eigenvalues: Array, directions: Array, start: tuple[float, float]) -> Array:
    """The path of gradient descent at the best rate: along eigenvector i the distance shrinks by 1 − αλᵢ a step."""
    lr = 2 / eigenvalues.sum()
    shrink = (1 - lr * eigenvalues) ** np.arange(SHOWN + 1)[:, None]
    return (shrink * (start @ directions)) @ directions.T


def _rounded(number: float) -> str:
    """Three digits of a large number, one decimal of a small one that is not whole."""
    return f"{number:.1f}".removesuffix(".0") if number < 9.95 else f"{float(f'{number:.3g}'):,.0f}"


def split() -> LiveFigure:
    """400 people in three parts: drag the two borders, and see how much the measured test accuracy is worth.

    In each of 200 deals a nearest-centroid rule learns from the training part, its features scaled by that
    part's numbers, and is tested on the test part. An accuracy p measured on n examples deviates by about √(p(1−p)/n).

    Controls: the handles `train_end` and `val_end`, the one further left ends the training part; `stratify`, keep the
    classes in proportion.

    >>> live = split()
    >>> live.controls["val_end"].value = (380, 0.5)
    >>> live.summary
    'One deal: train 240 (54 % yes), validation 140 (54 % yes), test 20 (55 % yes). Test accuracy over 200 deals: ...'
    >>> live.close()
    """
    X, y, *_ = load_people()
    n, decks = len(y), {stratify: _Deck(X, y, stratify) for stratify in (True, False)}
    bins = np.arange(36.25, 102, 2.5)

    live = LiveFigure(
        9, 4.6, about="People dealt into three parts, and the test accuracy of 200 such deals."
    )
    axes = live.figure.subplot_mosaic([["bar", "bar"], ["draws", "spread"]], height_ratios=[1, 3])
    bar, draws, spread = axes["bar"], axes["draws"], axes["spread"]
    bar.set(xlim=(0, n), ylim=(0, 1), xlabel="people, shuffled")
    bar.set_yticks([0.27, 0.77], ["yes", "no"], fontsize=11)
    draws.set(xlim=(35, 102), ylim=(0, 125), xlabel="test accuracy (%)", ylabel=f"of {DEALS} deals")
    spread.set(xscale="log", xlim=(6, 400), ylim=(0, 18), yticks=[0, 5, 10, 15])
    spread.set(xlabel="test examples n", ylabel="deviation (points)")
    spread.set_xticks([10, 30, 100, 300], ["10", "30", "100", "300"])
    sizes = np.geomspace(6, 400, 50)
    typical = decks[True].test_accuracy(240, 320).mean()
    spread.plot(sizes, 100 * np.sqrt(typical * (1 - typical) / sizes), "--", color=style.GREY)
    plots.label(
        spread, "√(p(1 − p) / n)", (14, 100 * np.sqrt(typical * (1 - typical) / 14)), offset=(8, 6)
    )
    bar.set_facecolor(style.CLASSES[0])
    yes = live.animated(bar.stairs([0.5] * 3, [0, 240, 320, n], fill=True, color=style.CLASSES[1]))
    names = live.animated(
        [bar.text(0, 1.08, name, ha="center") for name in ("train", "validation", "test")]
    )
    (borders,) = live.animated(bar.plot([], [], color=style.INK, linewidth=3))
    counts = live.animated(
        draws.stairs(np.zeros(len(bins) - 1), bins, fill=True, color=style.DOWNHILL)
    )
    (here,) = live.animated(
        spread.plot([], [], "o", color=style.DOWNHILL, markersize=9, clip_on=False)
    )
    bounds = ((6, n - 8), (0.5, 0.5))
    live.draggable(bar, "train_end", (240, 0.5), along="x", bounds=bounds, label="one border")
    live.draggable(bar, "val_end", (320, 0.5), along="x", bounds=bounds, label="the other border")

    @live.update(stratify=Checkbox(value=True, indent=False))
    def _(train_end, val_end, stratify):
        first, second = sorted((round(train_end[0]), round(val_end[0])))
        deck = decks[stratify]
        shares = [
            part.mean() if len(part) else 0.0 for part in np.split(deck.y[0], [first, second])
        ]
        yes.set_data(shares, [0, first, second, n])
        borders.set_data([first, first, np.nan, second, second], [0, 1, np.nan, 0, 1])
        for name, start, end in zip(names, (0, first, second), (first, second, n)):
            name.set_x((start + end) / 2)
            name.set_visible(
                end - start > 0.01 * n * len(name.get_text())
            )  # or else it would stand over its neighbour
        accuracy = 100 * deck.test_accuracy(first, second)
        counts.set_data(np.histogram(accuracy.clip(bins[0]), bins)[0])
        here.set_data([n - second], [accuracy.std()])
        counted = zip(("train", "validation", "test"), (first, second - first, n - second), shares)
        parts = ", ".join(
            f"{part} {size} ({100 * share:.0f} % yes)" for part, size, share in counted if size
        )
        measured = f"{accuracy.mean():.1f} % with a deviation of {accuracy.std():.1f} points"
        return f"One deal: {parts}. Test accuracy over {DEALS} deals: {measured}."

    return live


class _Deck:
    """All examples in 200 shuffled orders, so that a split is two cuts: train before the first, test after the second.

    Counts, sums and squares of every class are summed along each order once. What a rule learns from the first a
    examples, whatever a, is then one row of a table, and 200 splits cost as little as one.
    """

    def __init__(self, X: Array, y: Array, stratify: bool):
        rng = np.random.default_rng(0)
        order = np.array([rng.permutation(len(y)) for _ in range(DEALS)])
        if stratify:  # member i of a class of m goes to place (i + ½)/m of the order: every cut is in proportion
            members = (y[order, None] == [0, 1]).cumsum(axis=1)
            place = (
                np.take_along_axis(members, y[order, None], axis=2)[..., 0] - 0.5
            ) / np.bincount(y)[y[order]]
            order = np.take_along_axis(order, place.argsort(axis=1, kind="stable"), axis=1)
        self.X, self.y = X[order], y[order]
        moments = np.concatenate([np.ones((*order.shape, 1)), self.X, self.X**2], axis=2)
        self.sums = ((self.y[..., None] == [0, 1])[..., None] * moments[:, :, None]).cumsum(axis=1)

    def test_accuracy(self, first: int, second: int) -> Array:
        """Accuracy (200,) on the examples from `second` on, after learning from those before `first`."""
        sums, features = self.sums[:, first - 1], self.X.shape[2]
        count, total, squares = sums[..., 0], sums[..., 1 : features + 1], sums[..., features + 1 :]
        variance = squares.sum(axis=1) / first - (total.sum(axis=1) / first) ** 2
        zero, one = np.moveaxis(total / count[..., None], 1, 0)
        # Σ (x − zero)²/σ² > Σ (x − one)²/σ²  is the same as  x · (one − zero)/σ² > ½ Σ (one² − zero²)/σ²
        weights, threshold = (
            (one - zero) / variance,
            ((one**2 - zero**2) / variance).sum(axis=1) / 2,
        )
        says_one = (self.X[:, second:] @ weights[:, :, None])[..., 0] > threshold[:, None]
        says_one[count[:, 0] == 0] = True  # never saw the other class
        return (says_one == self.y[:, second:]).mean(axis=1)


def components() -> LiveFigure:
    """Ten digits rebuilt from their first k principal components, and how much of the data k components keep.

    X̂ = Zₖ Vₖᵀ + μ with Zₖ = (X − μ) Vₖ. The directions are learnt from the training part; the accuracy is that of the
    nearest neighbour among 1,077 training digits, seen through k components, on the 360 of the validation part.

    >>> live = components()
    >>> live.controls["k"].value = 20
    >>> live.summary
    'k = 20 of 64 numbers for each digit keep 89.7 % of the variance; the nearest neighbour then names 98.6 % of ...'
    >>> live.close()
    """
    digits = load_digits()
    parts = train_val_test_split(digits.X, digits.y, rng=np.random.default_rng(0))
    pca = PCA(64).fit(parts.train.X)
    kept = 100 * pca.explained_variance_ratio_.cumsum()
    Z_train, Z_val = pca.transform(parts.train.X), pca.transform(parts.val.X)
    accuracy = 100 * _accuracy_by_components(Z_train, parts.train.y, Z_val, parts.val.y)
    shown = parts.val.X[[np.flatnonzero(parts.val.y == digit)[0] for digit in range(10)]]
    z = pca.transform(shown)

    live = LiveFigure(
        9, 4, about="Ten digits, the same rebuilt from k components, and what k components keep."
    )
    live.figure.get_layout_engine().set(
        w_pad=0.1, h_pad=0.08
    )  # inches: the last dot reaches over its axes
    axes = live.figure.subplot_mosaic(
        [["scanned", "curves"], ["rebuilt", "curves"]], width_ratios=[7, 6]
    )
    scanned, rebuilt, curves = axes["scanned"], axes["rebuilt"], axes["curves"]
    for ax, title in (
        (scanned, "As scanned: 64 numbers each"),
        (rebuilt, "Rebuilt from k numbers each"),
    ):
        ax.set(title=title, xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    scanned.imshow(_sheet(shown), cmap="Greys", vmin=0, vmax=16)
    picture = live.animated(
        rebuilt.imshow(_sheet(shown), cmap="Greys", vmin=0, vmax=16, interpolation="nearest")
    )
    curves.set(xlim=(1, 64), ylim=(0, 108), xlabel="components k", ylabel="%")
    curves.plot(range(1, 65), kept, color=style.GRADIENT)
    curves.plot(range(1, 65), accuracy, "--", color=style.DOWNHILL)
    plots.label(curves, "variance explained", (22, 78), color=style.GRADIENT)
    plots.label(curves, "accuracy, nearest neighbour", (9, 104), color=style.DOWNHILL)
    (line,) = live.animated(curves.plot([], [], color=style.GREY, linewidth=1))
    (dots,) = live.animated(curves.plot([], [], "o", color=style.INK, markersize=8, clip_on=False))
    live.beneath(curves, "k")

    @live.update(k=IntSlider(min=1, max=64, value=8))
    def _(k):
        picture.set_data(_sheet(z[:, :k] @ pca.components_[:k] + pca.mean_))
        line.set_data([k, k], [0, 100])
        dots.set_data([k, k], [kept[k - 1], accuracy[k - 1]])
        return (
            f"k = {k} of 64 numbers for each digit keep {kept[k - 1]:.1f} % of the variance; "
            f"the nearest neighbour then names {accuracy[k - 1]:.1f} % of new digits correctly."
        )

    return live


def _sheet(images: Array) -> Array:
    """Ten 8×8 images (10, 64) as one of two rows, with a margin around each."""
    framed = np.pad(images.reshape(10, 8, 8), ((0, 0), (1, 1), (1, 1)))
    return framed.reshape(2, 5, 10, 10).swapaxes(1, 2).reshape(20, 50)


def _accuracy_by_components(Z_train: Array, y_train: Array, Z: Array, y: Array) -> Array:
    """Accuracy (D,) of the nearest neighbour by the first 1, 2 … D columns: each adds its square to the distances."""
    distance = np.zeros((len(Z), len(Z_train)), dtype=np.float32)
    accuracy = []
    for column, known in zip(Z.T.astype(np.float32), Z_train.T.astype(np.float32)):
        gap = np.subtract.outer(column, known)
        distance += np.square(gap, out=gap)
        accuracy.append((y_train[distance.argmin(axis=1)] == y).mean())
    return np.array(accuracy)
