"""Lesson 00: the whole course in one picture, and a walk downhill with the eyes shut."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import ipywidgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle

from helpers.descent import descend
from helpers.optim import SGD
from helpers.pictures import style
from helpers.pictures.live import LiveFigure
from helpers.surfaces import Surface

Array = np.ndarray

PARTS = (  # of the loop: its name, its equation for one weight, the lessons about it, what its axes show
    ("data", "$X,\\ y$", "lesson 01", "Xy"),
    ("prediction", "$\\hat y = wX$", "lessons 04, 05", "Xy"),
    ("loss", "$J = $ mean $(\\hat y - y)^2$", "lesson 02", "Xy"),
    ("gradient", "$dJ/dw$", "lessons 03, 04", "wJ"),
    ("step", "$w \\leftarrow w - \\alpha\\, dJ/dw$", "lessons 03, 06, 07", "wJ"),
)
TURNS = 10  # of the loop

WIDTH = 10.0  # positions and heights of the hidden landscapes run from 0 to 10
CLOSE = 0.15  # as near to the lowest point counts as there; an arrow key moves by 0.2, so that keys can reach it too
LEVEL = 0.005  # a slope that the two decimals of the summary would show as none
STEPS = 40  # as long does gradient descent walk


@style.context()
def loop(
    X: Array = (1, 2, 3, 4), y: Array = (13, 22, 39, 50), w: float = 5.0, lr: float = 0.02
) -> LiveFigure:
    """The whole course in one picture: data → prediction → loss → gradient → step → repeat, for one weight.

    The model is ŷ = wX, the loss J(w) = mean (ŷ − y)², its gradient dJ/dw = 2 mean (ŷ − y)X. X and y are (N,) numbers
    and w the first guess; each turn takes one step w ← w − lr · dJ/dw. Raises ValueError when X and y differ in length.

    Example:
        >>> live = loop()
        >>> live.controls["turn"].value = 2
        >>> live.summary
        'Turn 2: with w = 8.81 the loss is 103.26. ...'
        >>> live.close()
    """
    X, y = np.asarray(X, float), np.asarray(y, float)
    if X.shape != y.shape or X.ndim != 1:
        raise ValueError(
            f"X and y must be two rows of equally many numbers, got shapes {X.shape} and {y.shape}"
        )

    def loss(w: Array) -> Array:
        return np.mean((np.multiply.outer(w, X) - y) ** 2, axis=-1)

    weights = [w]  # at every turn, and one more for where the last step leads
    for _ in range(TURNS + 1):
        weights.append(weights[-1] - lr * 2 * np.mean((weights[-1] * X - y) * X))
    best = X @ y / (X @ X)
    far = 1.25 * abs(w - best) or 1.0
    valley = np.linspace(best - far, best + far, 200)

    about = "Data, prediction, loss, gradient, step: a row of small pictures, and an arrow back to the prediction."
    live = LiveFigure(width=9, height=3.1, about=about, layout="none")
    data, prediction, error, gradient, step = _panels(live)
    for ax in (data, prediction, error):
        ax.set(xlim=(0, X.max() * 1.15), ylim=(0, y.max() * 1.15))
        ax.plot(X, y, "o", color=style.TARGET, zorder=5)
    for ax in (gradient, step):
        ax.plot(valley, loss(valley), color=style.GREY)
        ax.set(xlim=valley[[0, -1]], ylim=(-0.15 * loss(valley[0]), 1.05 * loss(valley[0])))

    def moving(ax: Axes, look: str = "-", **options: Any) -> Line2D:
        return live.animated(ax.plot([], [], look, **{"color": style.DOWNHILL, **options}))[0]

    lines = moving(prediction), moving(error)
    said = moving(prediction, "o", mec="white", zorder=6)
    gaps = moving(error, color=style.DIVERGENCE, linewidth=3, zorder=4)
    tangent = moving(gradient, color=style.GRADIENT, linewidth=3)
    here = [moving(ax, "o", mec="white", markersize=9, zorder=6) for ax in (gradient, step)]
    taken = moving(step, "-o", mfc="white", mew=2, markersize=8, zorder=5)
    ends, reach = np.array([0, 2 * X.max()]), np.array([-0.3, 0.3]) * far

    @live.update(turn=ipywidgets.IntSlider(0, 0, TURNS))
    def _(turn):
        w, after = weights[turn], weights[turn + 1]
        y_hat, grad = w * X, 2 * np.mean((w * X - y) * X)
        for line in lines:
            line.set_data(ends, w * ends)
        said.set_data(X, y_hat)
        gaps.set_data(np.repeat(X, 3), np.stack([y, y_hat, np.full_like(y, np.nan)]).T.ravel())
        for dot in here:
            dot.set_data([w], [loss(w)])
        tangent.set_data(w + reach, loss(w) + grad * reach)
        taken.set_data([w, after], [loss(w), loss(after)])
        return (
            f"Turn {turn}: with w = {_signed(w)} the loss is {loss(w):.2f}. The gradient is {_signed(grad)}, so the "
            f"loss falls when w {'grows' if grad < 0 else 'shrinks'}; the step takes w to {_signed(after)} and the "
            f"loss to {loss(after):.2f}."
        )

    return live


def _panels(live: LiveFigure) -> list[Axes]:
    """Five small axes in a row, named, with arrows from each to the next and back from the last to the second."""
    axes = []
    for k, (name, equation, lessons, (across, up)) in enumerate(PARTS):
        ax = live.figure.add_axes(
            (0.028 + 0.2 * k, 0.36, 0.162, 0.5), title=name, xticks=[], yticks=[]
        )
        for text, x, y, look in (
            (equation, 0.5, -0.13, {}),
            (lessons, 0.5, -0.29, {"fontsize": 10, "color": style.GREY}),
            (f"${across}$", 0.95, 0.06, {"fontsize": 10}),
            (f"${up}$", -0.07, 0.95, {"fontsize": 10}),
        ):
            ax.text(x, y, text, transform=ax.transAxes, ha="center", va="center", **look)
        axes.append(ax)
    arrow = {"arrowstyle": "-|>", "mutation_scale": 16, "color": style.GREY, "linewidth": 1.6}
    for k in range(4):
        x = 0.193 + 0.2 * k
        live.figure.add_artist(FancyArrowPatch((x, 0.6), (x + 0.033, 0.6), **arrow))
    live.figure.add_artist(
        FancyArrowPatch((0.909, 0.17), (0.309, 0.17), connectionstyle="arc3,rad=-0.1", **arrow)
    )
    live.figure.text(0.609, 0.045, "repeat", ha="center", va="center", weight="bold")
    return axes


class Scene(NamedTuple):
    """One hidden landscape, and what gradient descent does on it."""

    surface: Surface
    walk: Array  # positions (STEPS + 1,), first the start
    lowest: float
    needed: int | None  # its first probe that is close to the lowest point, None if there is none


@style.context()
def blindfold(lr: float = 0.5, seed: int = 4) -> LiveFigure:
    """Find the lowest point of a landscape that you cannot see; each click shows height and slope only there.

    Gradient descent, w ← w − lr · J′(w), starts at the same place and knows height and slope at its own probes, no
    more; each of its steps counts as one probe, the start counts for nobody. The first landscape has one valley, later
    ones may have several. `lr` is its learning rate, `seed` chooses the landscapes. Raises ValueError for lr below 0.

    Example:
        >>> live = blindfold()
        >>> live.controls["probes"].value = ((5.0, 0.0),)
        >>> live.summary
        'Probe 1: height 1.27 at 5.00, slope −0.69, down to the right. Best height so far: 1.27.'
        >>> live.close()
    """
    optimizer = SGD(lr=lr)
    scenes = cache(lambda number: _scene(seed, number, optimizer))
    live = LiveFigure(
        about="A landscape behind a curtain: its height is known only where somebody has probed it."
    )
    ax = live.subplots()
    ax.set_facecolor("#E4E8ED")  # the curtain and its folds
    ax.vlines(
        np.cumsum([0.14, 0.42, 0.3] * 11), 0, WIDTH, color=style.PALE, linewidth=[5, 14, 9] * 11
    )
    ax.set(
        xlim=(0, WIDTH),
        ylim=(0, WIDTH),
        xlabel="position (a weight w)",
        ylabel="height (the loss J)",
    )

    sky = ax.add_patch(Rectangle((0, 0), WIDTH, WIDTH, color="white", zorder=1))
    ground = ax.add_patch(
        Polygon([(0, 0)], facecolor="#E2EDF3", edgecolor=style.GREY, linewidth=2, zorder=2)
    )
    (star,) = ax.plot([], [], "*", color=style.MINIMUM, markersize=15, mec="white", zorder=11)
    (slopes,) = ax.plot([], [], color=style.GRADIENT, linewidth=3, solid_capstyle="round", zorder=6)
    (walked,) = ax.plot(
        [], [], "o", color=style.DOWNHILL, markersize=7, mec="white", mew=0.8, zorder=7
    )
    (probed,) = ax.plot([], [], "s", color=style.INK, markersize=7, mec="white", zorder=8)
    (origin,) = ax.plot([], [], "D", color=style.PURPLE, markersize=8, mec="white", zorder=9)
    (last,) = ax.plot([], [], "s", color="none", markersize=14, mec=style.INK, mew=1.5, zorder=9)
    live.animated([sky, ground, star, slopes, walked, probed, origin, last])
    stroke = Line2D([], [], color=style.GRADIENT, linewidth=3)
    ax.legend(
        [origin, probed, walked, stroke, star],
        ["start of both", "your probes", "gradient descent", "slope there", "lowest point"],
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=5,
        handletextpad=0.6,
        columnspacing=1.4,
    )
    live.clickable(ax, "probes", label="probe the landscape")
    shown, peeked = None, False

    @live.update(
        steps=ipywidgets.IntSlider(
            0, 0, STEPS, description="steps of gradient descent", layout={"width": "440px"}
        ),
        lift_the_curtain=ipywidgets.Checkbox(indent=False, layout={"width": "140px"}),
        new_landscape=ipywidgets.Button(
            description="New landscape", tooltip="Draw another hidden landscape"
        ),
    )
    def _(probes, steps, lift_the_curtain, new_landscape):
        nonlocal shown, peeked
        if new_landscape != shown:  # what was known was about another one
            shown, probes, steps, lift_the_curtain = new_landscape, (), 0, False
            for name, value in (("probes", ()), ("steps", 0), ("lift_the_curtain", False)):
                live.controls[name].value = value
            x = np.linspace(0, WIDTH, 400)
            ground.set_xy([(-1, -1), *zip(x, _height(scenes(shown), x)), (WIDTH + 1, -1)])
        peeked = lift_the_curtain or (
            peeked and bool(probes)
        )  # until a game begins without a probe
        scene = scenes(new_landscape)
        yours, walk = np.array([x for x, _ in probes]), scene.walk[: steps + 1]

        for artist in (sky, ground, star):
            artist.set_visible(lift_the_curtain)
        star.set_data([scene.lowest], _height(scene, scene.lowest))
        for dots, w in ((probed, yours), (walked, walk), (origin, walk[:1]), (last, yours[-1:])):
            dots.set_data(w, _height(scene, w))
        slopes.set_data(*_strokes(scene, np.concatenate([walk, yours])))
        return _told(scene, yours, walk, lr)

    def beaten(seen) -> bool:
        scene = scenes(shown)
        used = _arrival(scene.lowest, np.array([x for x, _ in live.controls["probes"].value]))
        return not peeked and used is not None and (scene.needed is None or used < scene.needed)

    live.goal(
        "Under the curtain, reach the lowest point in fewer probes than gradient descent", beaten
    )
    return live


def _scene(seed: int, number: int, optimizer: SGD) -> Scene:
    """J(w) = floor + 0.18 (w − c)² + A cos(2πw / ℓ + φ); at the borders the bowl is steeper than the waves."""
    rng = np.random.default_rng([seed, number])
    centre, wave, phase = rng.uniform(3.6, 6.4), rng.uniform(3.5, 5), rng.uniform(0, 2 * np.pi)
    steep = (
        0.3 if number == 0 else rng.uniform(0.8, 1.2)
    )  # slope of the waves; the bowl's is 1.3 at the borders
    turn = 2 * np.pi / wave

    def value(points: Array) -> Array:
        w = points[..., 0]
        return 0.18 * (w - centre) ** 2 + steep / turn * np.cos(turn * w + phase)

    def gradient(points: Array) -> Array:
        return 0.36 * (points - centre) - steep * np.sin(turn * points + phase)

    x = np.linspace(0, WIDTH, 2001)
    heights = value(x[:, None])
    lowest = float(x[heights.argmin()])
    floor = (
        rng.uniform(0.6, 1.5) - heights.min()
    )  # nobody knows beforehand how deep the lowest point lies
    start = rng.choice([0.8, 9.2])
    surface = Surface(
        "hidden",
        lambda p: floor + value(p),
        gradient,
        ((0, WIDTH),),
        np.array([[lowest]]),
        "Unseen.",
    )
    walk = descend(surface, [start], optimizer, STEPS).points[:, 0]
    return Scene(surface, walk, lowest, _arrival(lowest, walk[1:]))


def _height(scene: Scene, w: Array | float) -> Array:
    return scene.surface.value(np.reshape(w, (-1, 1)))


def _slope(scene: Scene, w: Array | float) -> Array:
    return scene.surface.gradient(np.reshape(w, (-1, 1)))[:, 0]


def _strokes(scene: Scene, w: Array) -> tuple[Array, Array]:
    """Short tangents, all equally long to the eye, as one line with gaps: a unit is 0.4 times as high as it is wide."""
    height, slope = _height(scene, w), _slope(scene, w)
    dx = 0.3 / np.hypot(1, 0.4 * slope)
    gap = np.full_like(w, np.nan)
    x, y = (
        np.stack([w - dx, w + dx, gap]),
        np.stack([height - slope * dx, height + slope * dx, gap]),
    )
    return x.T.ravel(), y.T.ravel()


def _arrival(lowest: float, w: Array) -> int | None:
    """The number of the first probe that is close to the lowest point, counted from 1."""
    there = np.flatnonzero(np.abs(w - lowest) <= CLOSE)
    return int(there[0]) + 1 if len(there) else None


def _told(scene: Scene, yours: Array, walk: Array, lr: float) -> str:
    """What is seen, in words: your last probe and your best one, then gradient descent's last step."""
    words = f"Start of both: {_felt(scene, walk[0])}."
    if len(yours):
        best = yours[_height(scene, yours).argmin()]
        words = f"Probe {len(yours)}: {_felt(scene, yours[-1])}. Best height so far: {_height(scene, best)[0]:.2f}."
    if arrived := _arrival(scene.lowest, yours):
        rival = f"needs {scene.needed}" if scene.needed else f"does not find it in {STEPS}"
        words += (
            f" Probe {arrived} found the lowest point; gradient descent with lr {lr:g} {rival}."
        )
    if probes := len(walk) - 1:
        words += f" Gradient descent with lr {lr:g}, probe {probes}: "
        if not 0 <= walk[-1] <= WIDTH:
            return words + "it has left the landscape, for the rate is too high."
        words += _felt(scene, walk[-1])
        if scene.needed and probes >= scene.needed:
            if not arrived:  # or else the sentence before has said it
                words += f"; it found the lowest point with probe {scene.needed}"
        elif abs(_slope(scene, walk[-1])[0]) < LEVEL:
            words += "; it rests in a valley that is not the lowest, and nothing tells it so"
        words += "."
    return words


def _felt(scene: Scene, w: float) -> str:
    """All that a probe at w tells."""
    height, slope = _height(scene, w)[0], _slope(scene, w)[0]
    felt = f"height {height:.2f} at {w:.2f}, "
    if abs(slope) < LEVEL:
        return felt + "no slope"
    return felt + f"slope {_signed(slope)}, down to the {'left' if slope > 0 else 'right'}"


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")
