"""A polynomial through noisy points: its degree against their number and their noise."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from ipywidgets import Button, FloatSlider, IntSlider, SelectionSlider
from matplotlib.axes import Axes

from helpers.pictures import says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray

DEGREES = np.arange(16)
SIZES = (16, 20, 30, 50, 100, 200)  # more points than the highest degree has columns
REDRAWS = 300
GRID = np.linspace(-1, 1, 201)
FAINT = 12  # fits of other redraws that are drawn beside the present one
LOWEST, HIGHEST = 1e-4, 10  # of the errors; a curve beyond runs along the edge
LOOKS = {
    "bias²": {"color": style.BLUE, "ls": "--"},
    "variance": {"color": style.ORANGE, "ls": "-."},
    "bias² + variance": {"color": style.INK, "ls": "-"},
    "error at its own noisy points": {"color": style.GREEN, "ls": ":"},
}
ABOVE: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1.01), "ncols": 2}  # a legend
ABOVE |= {"borderaxespad": 0, "borderpad": 0.2, "columnspacing": 1, "handlelength": 2.5}


# ---- what it computes


def truth(x: Array) -> Array:
    """What the points would show without noise."""
    return np.sin(1.5 * np.pi * x)


class Fits(NamedTuple):
    """Least squares at every degree d, for N evenly spaced points with REDRAWS draws of noise.

    The columns of `basis` are the Legendre polynomials P₀ … P₁₅ at the points, made orthonormal
    (QR). So the fit of degree d to targets y is the sum of the first d + 1 columns, each times its
    product with y; `on_grid` holds the same polynomials on GRID.
    """

    x: Array  # (N,)
    draws: Array  # of deviation 1, (N, REDRAWS), each beside its opposite: their mean is 0
    basis: Array  # (N, degrees)
    on_grid: Array  # (GRID, degrees)

    @classmethod
    def of(cls, n: int) -> Fits:
        """The fits through n points."""
        x = np.linspace(-1, 1, n)
        half = np.random.default_rng(0).normal(size=(n, REDRAWS // 2))
        basis, R = np.linalg.qr(np.polynomial.legendre.legvander(x, DEGREES[-1]))
        on_grid = np.linalg.solve(R.T, np.polynomial.legendre.legvander(GRID, DEGREES[-1]).T).T
        return cls(x, np.hstack([half, -half]), basis, on_grid)

    def fit(self, y: Array, degree: int) -> Array:
        """The fit of this degree to targets (N, ...), on GRID."""
        return self.on_grid[:, : degree + 1] @ (self.basis[:, : degree + 1].T @ y)

    def left_over(self, y: Array) -> Array:
        """The mean squared residual of targets (N, R) at every degree: (degrees,)."""
        explained = np.mean((self.basis.T @ y) ** 2, axis=1)
        return np.maximum(np.mean(y**2) - np.cumsum(explained) / len(y), 0)

    def errors(self) -> dict[str, Array]:
        """Mean squares at every degree: the bias, and of noise of deviation 1 the variance.

        Also what is left over at the points, of the truth and of that noise.
        """
        bias = [np.mean((self.fit(truth(self.x), d) - truth(GRID)) ** 2) for d in DEGREES]
        variance = [np.mean(self.fit(self.draws, d) ** 2) for d in DEGREES]
        return {
            "bias²": np.array(bias),
            "variance": np.array(variance),
            "missed": self.left_over(truth(self.x)[:, None]),
            "left over": self.left_over(self.draws),
        }


def errors(parts: dict[str, Array], noise: float) -> dict[str, Array]:
    """The four curves over the degree, by their names in LOOKS, at this noise.

    >>> curves = errors(Fits.of(20).errors(), noise=0.3)
    >>> [int(curve.argmin()) for curve in curves.values()]
    [15, 0, 5, 15]
    """
    variance = noise**2 * parts["variance"]
    train = parts["missed"] + noise**2 * parts["left over"]
    return dict(zip(LOOKS, (parts["bias²"], variance, parts["bias²"] + variance, train)))


def told(curves: dict[str, Array], degree: int, n: int, noise: float) -> Seen:
    """The parts of the error at this degree, and the degree at which it is least."""
    facts = dict(zip(("bias", "variance", "error", "train"), (c[degree] for c in curves.values())))
    bias, variance, error, train = (_said(number) for number in facts.values())
    best = int(curves[[*LOOKS][2]].argmin())
    least = curves[[*LOOKS][2]][best]
    words = (
        f"Degree {degree} through {n} points with noise {says.fixed(noise)}: "
        f"bias² {bias} + variance {variance} = error {error}; at its own noisy points {train}. "
        f"The least error, {_said(least)}, is at degree {best}."
    )
    return Seen(words, degree=degree, n=n, noise=noise, best=best, least=least, **facts)


def _said(error: float) -> str:
    return "0" if error == 0 else says.not_below(error, LOWEST, 2)


# ---- what it draws


class Drawing:
    """Left the points with their fit, and faintly the fits of other draws; right the errors."""

    def __init__(self, live: LiveFigure) -> None:
        plane, curves = live.subplots(1, 2, width_ratios=[1.1, 1])
        self._draw_plane(live, plane)
        self._draw_errors(live, curves)

    def _draw_plane(self, live: LiveFigure, ax: Axes) -> None:
        ax.plot(GRID, truth(GRID), "--", color=style.GREY, lw=1.5, label="the truth")
        look = {"color": style.DOWNHILL, "lw": 0.8, "alpha": 0.4}
        (self._faint,) = live.animated(ax.plot([], [], label="fits of other draws", **look))
        look = {"color": style.DOWNHILL, "lw": 2.5, "label": "the fit"}
        (self._fit,) = live.animated(ax.plot([], [], **look))
        look = {"color": style.INK, "ms": 5, "ls": "none", "label": "the points"}
        (self._points,) = live.animated(ax.plot([], [], "o", **look))
        ax.set(xlim=(-1.03, 1.03), ylim=(-2.8, 2.8), xlabel="x", ylabel="y")
        ax.legend(**ABOVE)

    def _draw_errors(self, live: LiveFigure, ax: Axes) -> None:
        self._curves = {
            name: live.animated(ax.plot([], [], label=name, **look)[0])
            for name, look in LOOKS.items()
        }
        look = {"color": style.INK, "ms": 8, "mfc": "none", "mew": 1.5, "ls": "none"}
        (self._now,) = live.animated(ax.plot([], [], "o", **look))
        ax.set(xlim=(-0.5, DEGREES[-1] + 0.5), ylim=(LOWEST, HIGHEST), yscale="log")
        ax.set(xlabel="degree", ylabel="mean squared error")
        # as text: formulae are slow to draw
        ax.set_yticks([1e-4, 1e-3, 0.01, 0.1, 1, 10], ["0.0001", "0.001", "0.01", "0.1", "1", "10"])
        ax.minorticks_off()
        ax.legend(**ABOVE)

    def show(self, fits: Fits, curves: dict[str, Array], degree: int, noise: float, k: int) -> None:
        """Show draw number k with its fit, the fits of the next draws, and the curves."""
        columns = (k + np.arange(FAINT + 1)) % (REDRAWS // 2)
        y = truth(fits.x)[:, None] + noise * fits.draws[:, columns]
        values = fits.fit(y, degree)
        self._points.set_data(fits.x, y[:, 0])
        self._fit.set_data(GRID, values[:, 0])
        gap = np.full((1, FAINT), np.nan)
        faint = np.vstack([values[:, 1:], gap]).T.ravel()
        self._faint.set_data(np.tile(np.append(GRID, np.nan), FAINT), faint)
        for name, line in self._curves.items():
            line.set_data(DEGREES, curves[name].clip(LOWEST, HIGHEST))
        now = [curve[degree] for curve in curves.values()]
        self._now.set_data(np.full(len(now), degree), np.clip(now, LOWEST, HIGHEST))


# ---- the figure


def capacity() -> LiveFigure:
    """A polynomial through noisy points of a sine, and its error on new points by degree.

    Left N evenly spaced points with their fit, and faintly what other draws of the noise would have
    given. Right the error of the fit against the truth, over [−1, 1] and 300 draws: bias², the
    square of what is wrong on average, and variance, how far a single fit strays from the average.

    Controls: the `degree`; the number `n` of points; the standard deviation `noise` of each; and
    `again`, the next draw.

    Geman, Bienenstock and Doursat (1992), Neural networks and the bias/variance dilemma.

    >>> live = capacity()
    >>> live.controls["degree"].value = 5
    >>> print(live.summary)
    Degree 5 through 20 points with noise 0.30: bias² 0.0033 + variance 0.02... = error 0.0...
    >>> live.close()
    """
    about = "A polynomial through noisy points, and the parts of its error at each degree."
    live = LiveFigure(9.6, 4, about=about)
    _connect(live, Drawing(live))
    _set_goals(live)
    return live


def _connect(live: LiveFigure, drawing: Drawing) -> None:
    @live.when("n")
    def fits(n):
        made = Fits.of(n)
        return made, made.errors()

    @live.update(
        degree=IntSlider(value=12, min=0, max=int(DEGREES[-1])),
        n=SelectionSlider(options=SIZES, value=20, description="points N"),
        noise=FloatSlider(value=0.3, min=0, max=1, step=0.05),
        again=Button(description="draw again"),
    )
    def _(degree, n, noise, again):
        made, parts = fits.value
        curves = errors(parts, noise)
        drawing.show(made, curves, degree, noise, again)
        return told(curves, degree, n, noise)


def _set_goals(live: LiveFigure) -> None:
    def is_least(seen: Seen) -> bool:
        return (seen.n, seen.noise) == (20, 0.3) and seen.degree == seen.best

    def is_harmless(seen: Seen) -> bool:
        return seen.degree >= 12 and seen.noise >= 0.3 and seen.error < 0.02

    live.goal("20 points, noise 0.3: find the degree with the least error", is_least)
    live.goal("Make degree 12 or more harmless, error below 0.02, at the same noise", is_harmless)
    live.goal("Find points and noise for which degree 3 is best", lambda seen: seen.best == 3)
