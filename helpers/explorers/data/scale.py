"""Lesson 01: what the scale of two features does to a loss, and to the steps down it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from ipywidgets import FloatLogSlider, FloatSlider, ToggleButtons, Widget
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.data import MinMaxScaler, StandardScaler
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.rings import circle
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen

Array = np.ndarray
Scaling = Callable[[Array], Array]  # (N, D) → (N, D)

NEARER = 1_000  # a descent has arrived when it is so many times nearer to the minimum than at first
SHOWN = 60  # as many of its steps are drawn
RATIOS = 1 + np.append(0, np.logspace(-3, np.log10(999), 40))  # fine where κ leaves 1
ABOUT = "Two features, the loss over their two weights, and the steps a descent needs."
GOAL = "At a ratio above 100, need under 10 steps"


# What it computes


def uncorrelated(n: int) -> Array:
    """Two features (n, 2) of mean 0, deviation 1 and correlation 0: the sliders add the rest."""
    rng = np.random.default_rng(0)
    X = centred(rng.uniform(-1, 1, (n, 2)))
    U, _, _ = np.linalg.svd(X, full_matrices=False)
    return U * np.sqrt(n)


def centred(X: Array) -> Array:
    """Each column without its mean."""
    return X - X.mean(axis=0)


def min_max(X: Array) -> Array:
    """Each column from 0 to 1."""
    return MinMaxScaler().fit_transform(X)


def standardised(X: Array) -> Array:
    """Each column with mean 0 and deviation 1."""
    return StandardScaler().fit_transform(X)


SCALINGS = {
    "raw": np.asarray,
    "centred": centred,
    "min–max": min_max,
    "standardised": standardised,
}


def scaled(raw: Array, scaling: Scaling) -> Array:
    """The features (N, 2) after a scaling, which may be a learner's.

    Raises ValueError if it returns another shape, NaN or infinity, or columns of which one is a
    multiple of the other: then the loss has no lowest point, but a whole line of them.
    """
    X = np.asarray(scaling(raw))
    if X.shape != raw.shape or not np.isfinite(X).all():
        got = f"shape {X.shape}" if X.shape != raw.shape else "NaN or inf"
        raise ValueError(
            f"the scaled features must be finite numbers of shape {raw.shape}, got {got}"
        )
    if np.linalg.matrix_rank(X) < 2:
        raise ValueError(
            "the scaled features must be two columns that tell different things, "
            f"got one that is a multiple of the other; the first row is {X[0]}"
        )
    return X


class Bowl(NamedTuple):
    """The loss J(w) = ½ mean (w·x − y)² around its minimum, by its Hessian H = XᵀX / N."""

    eigenvalues: Array  # of H, (2,), the smaller one first
    directions: Array  # (2, 2), a column for each

    @property
    def condition(self) -> float:
        """κ = λmax / λmin."""
        return self.eigenvalues[1] / self.eigenvalues[0]

    def contours(self) -> Array:
        """Contours at equal steps of √J, as one line (M, 2) with gaps; 10 span the steep half."""
        radii = np.arange(1, 15)[:, None, None] / 10
        ring = np.concatenate([circle(96), [[np.nan, np.nan]]])
        widths = np.sqrt(self.eigenvalues[1] / self.eigenvalues)
        return (radii * ring * widths).reshape(-1, 2) @ self.directions.T

    def descent(self, start: Array) -> Array:
        """The path of gradient descent at the best rate, (SHOWN + 1, 2).

        Along eigenvector i each step leaves 1 − αλᵢ of the distance, α = 2 / (λmin + λmax).
        """
        lr = 2 / self.eigenvalues.sum()
        step = np.arange(SHOWN + 1)[:, None]
        left = (1 - lr * self.eigenvalues) ** step
        distance = start @ self.directions  # along the eigenvectors
        return (left * distance) @ self.directions.T


def bowl(X: Array) -> Bowl:
    """The loss over the weights of the features X (N, 2)."""
    return Bowl(*np.linalg.eigh(X.T @ X / len(X)))


def steps_needed(kappa: Array | float) -> Array:
    """Gradient steps at the best rate until w is 1,000 times nearer to the minimum.

    ln 1000 / −ln((κ − 1) / (κ + 1)), at least 1 (Nocedal and Wright, 2006, section 3.3).
    """
    with np.errstate(divide="ignore"):  # at κ = 1 one step arrives
        left = (kappa - 1) / (kappa + 1)  # of the distance, after a step
        steps = np.log(NEARER) / -np.log(left)
    return np.maximum(np.ceil(steps), 1)


def words(features: str, ratio: float, offset: float, kappa: float) -> str:
    """The features, the condition number of their loss, and what it costs."""
    steps = steps_needed(kappa)
    path_ends = f"; the path shows the first {SHOWN}" if steps > SHOWN else ""
    return (
        f"{features.capitalize()} features, ratio {_rounded(ratio)}, "
        f"means {fixed(offset, 1)} deviations from 0: condition number κ = {_rounded(kappa)}; "
        f"the best rate needs {_rounded(steps)} {'step' if steps == 1 else 'steps'}{path_ends}."
    )


def _rounded(number: float) -> str:
    """Three digits of a large number, one decimal of a small one that is not whole."""
    if number < 9.95:
        return fixed(number, 1).removesuffix(".0")
    return fixed(float(f"{number:.3g}"), 0)


# What it draws


LOOK = {
    "points": {
        "marker": "o",
        "markersize": 4,
        "color": style.TARGET,
        "alpha": 0.6,
        "linestyle": "none",
    },
    "minimum": {
        "marker": "*",
        "markersize": 14,
        "color": style.MINIMUM,
        "mec": "white",
        "zorder": 7,  # above the path
    },
    "contours": {
        "color": style.GREY,
        "linewidth": 0.8,
    },
    "steps": {
        "color": style.DOWNHILL,
        "label": "gradient steps",
    },
    "conditions": {
        "color": style.GRADIENT,
        "linestyle": "--",
        "label": "condition number κ",
    },
    "here": {
        "marker": "o",
        "markersize": 8,
        "color": style.INK,
        "clip_on": False,
    },
}


class Drawing:
    """The features as a cloud, their loss from above, and the steps over the ratio."""

    def __init__(self, live: LiveFigure) -> None:
        cloud, bowl, curve = live.subplots(1, 3)
        prepare(cloud, bowl, curve)

        def moving(ax: Axes, name: str) -> Line2D:
            return live.animated(ax.plot([], [], **LOOK[name]))[0]

        moving(bowl, "minimum").set_data([0], [0])
        self._points = moving(cloud, "points")
        self._contours = moving(bowl, "contours")
        self._path = live.animated(plots.descent(bowl, markersize=3))
        self._steps = moving(curve, "steps")
        self._conditions = moving(curve, "conditions")
        self._here = moving(curve, "here")
        curve.legend(loc="upper left")
        live.draggable(bowl, "start", (-0.85, 0.6), color=style.DOWNHILL)
        live.beneath(curve, "ratio")

    def show_costs(self, kappas: Array) -> None:
        """Show the condition number at each of RATIOS, and the steps that it costs."""
        self._conditions.set_data(RATIOS, kappas)
        self._steps.set_data(RATIOS, steps_needed(kappas))

    def show(self, X: Array, found: Bowl, start: tuple[float, float], ratio: float) -> None:
        """Show these features, their loss, and the descent from `start`."""
        self._points.set_data(*(X / np.abs(X).max()).T)
        self._contours.set_data(*found.contours().T)
        self._path.set_data(*found.descent(np.array(start)).T)
        self._here.set_data([ratio], [steps_needed(found.condition)])


def prepare(cloud: Axes, bowl: Axes, curve: Axes) -> None:
    """Name the axes and set their limits; the first two are seen without numbers."""
    cloud.set(
        title="Features",
        xlabel="$x_1$",
        ylabel="$x_2$ (same unit)",
    )
    bowl.set(
        title="Loss, seen from above",
        xlabel="$w_1$ − best $w_1$",
        ylabel="$w_2$ − best $w_2$",
    )
    for ax, reach in ((cloud, 1.15), (bowl, 1.0)):
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
        ax.set(xticks=[], yticks=[], aspect="equal")
    cloud.axhline(0, color=style.PALE, zorder=0)
    cloud.axvline(0, color=style.PALE, zorder=0)
    curve.set(
        title="Cost of the ratio",
        xlabel="ratio",
        xlim=(1, 1000),
        ylim=(0.7, 1e9),
        xscale="log",
        yscale="log",
    )


# What moves


def scale(standardise: Scaling = standardised) -> LiveFigure:
    """Two features of unequal size, the loss over their weights, and the gradient steps it costs.

    At the best rate 2 / (λmin + λmax) each step leaves (κ − 1) / (κ + 1) of the distance to the
    minimum, κ = λmax / λmin being the condition number of the Hessian XᵀX / N. `standardise`,
    (N, D) → (N, D), is what the button of that name does; the figure says what is wrong with it.

    Controls: `ratio`, the deviation of x₂ in deviations of x₁; `offset`, each mean in deviations of
    its own feature; `features`, how they are scaled; `start` of the descent.

    >>> live = scale()
    >>> live.controls["ratio"].value = 100
    >>> live.summary
    'Raw features, ratio 100, means 0.0 deviations from 0: condition number κ = 10,000; ...'
    >>> live.close()
    """
    unit = uncorrelated(60)
    scalings = SCALINGS | {"standardised": standardise}
    live = LiveFigure(9, 3.6, about=ABOUT)
    drawing = Drawing(live)

    def prepared(ratio: float, offset: float, features: str) -> Array:
        return scaled((unit + offset) * [1.0, ratio], scalings[features])

    @live.when("offset", "features")
    def _(offset: float, features: str) -> None:
        bowls = [bowl(prepared(ratio, offset, features)) for ratio in RATIOS]
        drawing.show_costs(np.array([each.condition for each in bowls]))

    @live.update(**widgets())
    def _(start: tuple, features: str, offset: float, ratio: float) -> Seen:
        X = prepared(ratio, offset, features)
        found = bowl(X)
        drawing.show(X, found, start, ratio)
        kappa = found.condition
        told = words(features, ratio, offset, kappa)
        return Seen(told, ratio=ratio, condition=kappa, steps=int(steps_needed(kappa)))

    live.goal(GOAL, lambda seen: seen.ratio > 100 and seen.steps < 10)
    return live


def widgets() -> dict[str, Widget]:
    """The controls, of which the ratio lies beneath the picture."""
    buttons = ToggleButtons(options=list(SCALINGS), style={"button_width": "124px"})
    return {
        "features": buttons,
        "offset": FloatSlider(min=0, max=10, step=0.1, value=0),
        "ratio": FloatLogSlider(min=0, max=3, step=0.02, value=5),
    }
