"""Rate against momentum: a map of 65,536 descents, and the descent of one of its pixels."""

from functools import lru_cache

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.patches import Patch

from helpers import surfaces
from helpers.descent import DIVERGED, descend, settle
from helpers.explorers.races import Rings
from helpers.optim import SGD
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure

Array = np.ndarray

TOP = 4.2  # of the map: the heavy ball's border is at 4 where β is 1
ARRIVED = 0.01  # of the distance at the start
STAR = {
    "color": "white",
    "markersize": 15,
    "mec": style.INK,
    "zorder": 9,
    "linestyle": "none",
    "clip_on": False,
}
SPEED = LinearSegmentedColormap.from_list(
    "speed", ["#00382B", "#00795A", "#5DB597", "#CDEBDD", "#F7F9EE"]
)


@style.context()
def map() -> LiveFigure:
    """Rate against momentum: 65,536 descents in a bowl, each a pixel coloured by the number of steps that it needs.

    Over it the border that theory draws: α < 2(1 + β)/λmax, with Nesterov's look ahead 2(1 + β)/((1 + 2β)λmax), and a
    star at the best pair. Drag the cross-hair: the descent of that pixel is drawn beside it. A rough map while
    something moves, 256 × 256 when it rests. The best pairs: Polyak (1964); Lessard, Recht and Packard (2016), Analysis
    and design of optimization algorithms via integral quadratic constraints.

    >>> live = map()
    >>> live.controls["at"].value = (3.0, 0.4)
    >>> print(live.summary)
    Heavy ball, condition 20: α = 3.00/λmax = 0.1504, β = 0.40 diverges: at step 31 it is lost. ...
    >>> live.close()
    """
    about = "Rate against momentum in a bowl: how many steps each pair needs, and where theory draws the border."
    live, steps, start = LiveFigure(9, 4.8, about=about), 200, np.array([1.0, 1.0])
    ax = live.figure.subplot_mosaic(
        [["map", "valley"], ["map", "away"]], width_ratios=[1.6, 1], height_ratios=[1.5, 1]
    )
    plane, valley, away = ax["map"], ax["valley"], ax["away"]
    look = {
        "origin": "lower",
        "interpolation": "nearest",
        "aspect": "auto",
        "extent": (0, TOP, 0, 1),
    }
    picture = live.animated(plane.imshow(np.zeros((2, 2, 4), np.uint8), **look))
    plane.set(xlim=(0, TOP), ylim=(0, 1), xlabel="rate α, in units of 1/λmax", ylabel="momentum β")
    scale = ScalarMappable(LogNorm(5, steps), SPEED)
    live.figure.colorbar(
        scale, ax=plane, location="top", aspect=40, ticks=[5, 10, 20, 50, 100, 200], format="%g"
    )
    plane.figure.axes[-1].set_xlabel("steps until the distance stays below 1 %")
    colors = np.vstack(
        [
            scale.to_rgba(np.arange(steps + 1).clip(5), bytes=True),
            *(plots.ENDS([[1], [0]], bytes=True)),
        ]
    )
    beta = np.linspace(0, 1, 101)
    line, star = (
        {"color": style.INK, "lw": 2, "label": "border, by theory"},
        {"label": "best pair, by theory", **STAR},
    )
    border, best = live.animated(
        [*plane.plot(beta, beta, **line), *plane.plot([], [], "*", **star)]
    )
    across, upward = live.animated(
        [draw(0, color=style.INK, lw=0.8) for draw in (plane.axhline, plane.axvline)]
    )
    ends = {f"not there in {steps} steps": steps + 1, "diverged": steps + 2}
    patches = [Patch(color=colors[index] / 255, label=name) for name, index in ends.items()]
    live.figure.legend(handles=[*patches, border, best], loc="outside lower center", ncols=4)
    rings = Rings(live, valley, reach=1.2)
    path, curve = live.animated([plots.descent(part, markersize=3) for part in (valley, away)])
    valley.set(
        xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), xlabel="flat direction", ylabel="steep direction"
    )
    away.set(xlim=(0, steps), ylim=(1e-6, 10), yscale="log", xlabel="step", ylabel="distance")
    away.axhline(0.01, color=style.GREY, lw=1, ls=":")
    live.draggable(
        plane,
        "at",
        (1.9, 0.2),
        label="rate and momentum",
        anywhere=True,
        bounds=((0.01, TOP), (0, 0.99)),
    )
    quick = {"reached": False}

    @lru_cache(maxsize=8)
    def needed(condition: float, nesterov: bool, size: int) -> Array:
        """For each pixel the steps it needs; steps + 1 where it is not there yet, steps + 2 where it diverged."""
        lr = ((np.arange(size) + 0.5) / size * TOP / condition)[None, :, None]
        momentum = ((np.arange(size) + 0.5) / size)[:, None, None]
        starts = np.broadcast_to(start, (size, size, 2))
        ends = settle(surfaces.bowl(condition), starts, SGD(lr, momentum, nesterov), steps, ARRIVED)
        return np.where(
            ends.where == DIVERGED, steps + 2, np.where(ends.where < 0, steps + 1, ends.steps)
        )

    @live.update(
        method=Dropdown(options=["heavy ball", "Nesterov"]),
        condition=FloatLogSlider(value=10**1.3, min=0, max=3, step=0.02, readout_format=".1f"),
    )
    def _(at, method, condition, moving):
        (rate, momentum), nesterov = at, method == "Nesterov"
        picture.set_data(colors[needed(condition, nesterov, 80 if moving else 256)])
        border.set_data(_border(beta, nesterov), beta)
        best.set_data(*([part] for part in _best(condition, nesterov)))
        across.set_ydata([momentum, momentum])
        upward.set_xdata([rate, rate])
        rings.show(condition)
        optimizer = SGD(rate / condition, momentum, nesterov and momentum > 0)
        walked = descend(surfaces.bowl(condition), start, optimizer, steps)
        far = np.linalg.norm(walked.points, axis=-1)
        path.set_data(*walked.points.T)
        curve.set_data(np.arange(steps + 1), far)
        lost, inside = int(walked.diverged_at), far < ARRIVED
        for line in (path, curve):
            line.set_color(style.DIVERGENCE if lost >= 0 else style.DOWNHILL)
        if lost >= 0:
            found = f"diverges: at step {lost} it is lost"
        elif inside[-1]:
            there = steps + 1 - int(np.argmin(inside[::-1]))
            quick["reached"] = not nesterov and condition > 19.9 and there <= 15
            found = f"is there for good after {there} steps"
        else:
            found = f"is not there after {steps} steps, {far[-1]:.2g} away"
        bowl = f"condition {condition:.{0 if condition >= 10 else 1}f}"
        return (
            f"{method.capitalize()}, {bowl}: α = {rate:.2f}/λmax = {rate / condition:.4f}, "
            f"β = {momentum:.2f} {found}. At this momentum theory allows α < {_border(momentum, nesterov):.2f}/λmax."
        )

    live.goal(
        "Condition 20 or more, heavy ball: be there for good in 15 steps",
        lambda seen: quick["reached"],
    )
    return live


def _border(beta: Array | float, nesterov: bool) -> Array | float:
    """The rate, in units of 1/λmax, from which a descent with momentum β no longer settles."""
    return 2 * (1 + beta) / (1 + 2 * beta if nesterov else 1)


def _best(condition: float, nesterov: bool) -> tuple[float, float]:
    """The pair that shrinks the distance fastest: the rate in units of 1/λmax, and the momentum."""
    if nesterov:
        root = np.sqrt(3 * condition + 1)
        return 4 * condition / (3 * condition + 1), (root - 2) / (root + 2)
    root = np.sqrt(condition)
    return 4 * condition / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2
