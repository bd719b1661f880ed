"""A map of where every start ends: the basins of attraction of the minima."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Checkbox, Dropdown, FloatLogSlider, FloatSlider, Widget
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers import surfaces
from helpers.descent import DIVERGED, Path, descend, settle
from helpers.explorers.descent.endings import ARRIVED, Ending, ending, place
from helpers.optim import SGD
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen
from helpers.surfaces import Surface

Array = np.ndarray

STEPS = 400
ROUGH, FINE = 96, 256  # starts along a side, while the picture moves and when it rests
LETTERS = "ABCD"  # what minima are called
COLORS = plots.ENDS(np.arange(6), bytes=True)  # RGBA: drawn in a third of the time of RGB


# ---- what is computed


class Scene(NamedTuple):
    """A surface, what its minima are called, a rate that suits it, and log₁₀ of the largest one."""

    surface: Surface
    minima: tuple[str, ...]
    lr: float
    log_top: float


WELLS = ("A wide", "B narrow")
SCENES = {
    "Himmelblau": Scene(surfaces.himmelblau(), tuple(LETTERS), 0.01, -1),
    "wells, the narrow one deeper": Scene(surfaces.wells(1.0, 1.3), WELLS, 0.1, 0.7),
    "wells, the wide one deeper": Scene(surfaces.wells(1.3, 1.0), WELLS, 0.1, 0.7),
}


class Ends(NamedTuple):
    """The colour of each of n × n starts, 0 diverged, 1 still moving, then the minima; percents."""

    colors: Array
    percent: dict[str, float]


def ends(scene: Scene, lr: float, momentum: float, n: int) -> Ends:
    """Where each of n × n starts ends."""
    starts = scene.surface.grid(n, np.float32)
    where = settle(scene.surface, starts, SGD(lr, momentum), STEPS, ARRIVED).where
    colors = where - DIVERGED
    counts = np.bincount(colors.ravel(), minlength=2 + len(scene.minima))
    diverged, moving, *settled = (100 * counts / colors.size).tolist()
    percent = dict(zip(scene.minima, settled))
    return Ends(colors, percent | {"still moving": moving, "diverged": diverged})


def step_size(lr: float, momentum: float, *, divided: bool) -> float:
    """The rate of a step; with `divided` the one that is `lr` in the long run.

    Where the slope stays the same, momentum β lets the steps grow up to α/(1 − β) times the slope.

    >>> step_size(0.01, 0.9, divided=False), round(step_size(0.01, 0.9, divided=True), 6)
    (0.01, 0.001)
    """
    return lr * (1 - momentum) if divided else lr


class Walk(NamedTuple):
    """One walk, and how it ended."""

    path: Path
    ending: Ending


def walk(surface: Surface, start: Array, lr: float, momentum: float) -> Walk:
    """Walk from `start` (2,) by gradient descent with momentum."""
    path = descend(surface, start, SGD(lr, momentum), STEPS)
    return Walk(path, ending(surface, path))


def seen(settings: str, found: Ends, start: tuple[float, float], end: Ending) -> Seen:
    """What the picture shows: in words, and as facts."""
    shares = ", ".join(f"{fixed(percent, 0)} % {name}" for name, percent in found.percent.items())
    words = f"{settings}: {shares}. The start {place(start)} {end.words()}"
    return Seen(words, percent=found.percent, ending=end)


# ---- what is drawn


class Drawing:
    """The map with a handle on the start of a walk, and beside it how many starts end where."""

    def __init__(self, live: LiveFigure) -> None:
        self.map, self.bars = live.subplots(1, 2, width_ratios=[1.6, 1])
        self.draw_map(live, self.map)
        self.draw_bars(live, self.bars)
        bounds = SCENES["Himmelblau"].surface.domain
        self.start = live.draggable(self.map, "start", (0.3, 0.3), anywhere=True, bounds=bounds)

    def draw_map(self, live: LiveFigure, ax: Axes) -> None:
        """The picture of the ends, a letter for each minimum, and the walk."""
        nothing = np.zeros((2, 2, 4), np.uint8)
        self.picture = live.animated(ax.imshow(nothing, origin="lower", interpolation="nearest"))
        ax.set(xlabel="$w_1$ at the start", ylabel="$w_2$ at the start")
        ax.locator_params(nbins=6, integer=True)
        self.path = live.animated(plots.descent(ax, markersize=3, linewidth=1))
        white = {"linestyle": "none", "color": "white", "markersize": 20, "zorder": 7}
        (self.plates,) = live.animated(ax.plot([], [], "o", mec=style.INK, mew=0.8, **white))
        look = {"color": style.INK, "markersize": 10, "zorder": 8}
        self.letters = [
            live.animated(ax.plot(0, 0, marker=f"${letter}$", **look))[0] for letter in LETTERS
        ]

    @style.context()
    def draw_bars(self, live: LiveFigure, ax: Axes) -> None:
        """A bar for each of four minima, below them for what still moves and what diverged.

        A key beside the axes has the colour of its bar, which may have no length.
        """
        colors = COLORS[[2, 3, 4, 5, 1, 0]] / 255
        self.rows = live.animated(list(ax.barh(range(6), [0] * 6, color=colors)))
        beside = {"transform": ax.get_yaxis_transform(), "clip_on": False, "lw": 0}
        self.keys = [
            ax.add_patch(Rectangle((-0.045, 0), 0.03, 0.8, color=color, **beside))
            for color in colors
        ]
        ax.set(xlim=(0, 100), ylim=(5.6, -0.6), xlabel="% of the starts")
        ax.tick_params(axis="y", length=0, pad=16)

    def stand(self, scene: Scene) -> None:
        """Draw everything that only changes with the surface."""
        surface, names, *_ = scene
        self.start.bounds = surface.domain
        self.picture.set_extent(np.ravel(surface.domain))
        self.map.set(xlim=surface.domain[0], ylim=surface.domain[1])
        nowhere = [(np.nan, np.nan)] * len(LETTERS)
        self.plates.set_data(*surface.minima.T)
        for letter, (x, y) in zip(self.letters, [*surface.minima, *nowhere]):
            letter.set_data([x], [y])
        for row, key in zip(self.rows[:4], self.keys):
            row.set_visible(False)
            key.set_visible(False)
        chosen = [*range(len(names)), 4, 5]
        self.shown = [self.rows[i] for i in chosen]
        for y, i in enumerate(chosen):
            for part in (self.rows[i], self.keys[i]):
                part.set_visible(True)
                part.set_y(y - 0.4)
        self.bars.set_yticks(range(len(names) + 2), [*names, "still\nmoving", "diverged"])

    def show(self, found: Ends, walked: Walk) -> None:
        """Move to this map and this walk."""
        self.picture.set_data(COLORS[found.colors])
        for row, percent in zip(self.shown, found.percent.values()):
            row.set_width(percent)
        self.path.set_data(*walked.path.points.T)


# ---- the figure


ABOUT = "Every start has the colour of the valley in which it ends."


def suit(live: LiveFigure, scene: Scene) -> None:
    """Take the controls to what suits a surface: its rate, and no momentum."""
    live.controls["lr"].value = scene.lr
    live.controls["lr"].max = scene.log_top
    live.controls["momentum"].value = 0.0


def _controls() -> dict[str, Widget]:
    """All controls by name."""
    return {
        "surface": Dropdown(options=list(SCENES)),
        "lr": FloatLogSlider(value=0.01, min=-3, max=-1, step=0.01, readout_format=".4f"),
        "momentum": FloatSlider(value=0, min=0, max=0.95, step=0.01, description="momentum β"),
        "divided": Checkbox(description="steps of α · (1 − β)", indent=False),
    }


def basins() -> LiveFigure:
    """Every start coloured by the valley in which it ends, and the walk from one that you drag.

    256 × 256 starts walk 400 steps each by SGD in float32; while one of
    these moves, 96 × 96. A walk has ended in a valley when its last step is within 0.01 of it.

    Controls: `surface`, which takes the rate to one that suits it, and the momentum to 0; `lr` from
    0.001 to 0.1 (5 for the wells); `momentum` β from 0 to 0.95; `divided`, which makes the rate of
    a step lr · (1 − β), so that momentum goes as far in the long run as plain descent; `start`.

    >>> live = basins()
    >>> live.controls["momentum"].value = 0.9
    >>> live.summary[:66]
    'Himmelblau at α = 0.0100, momentum 0.90, 400 steps: 23 % A, 27 % B'
    >>> live.close()
    """
    live = LiveFigure(9, 4.8, about=ABOUT)
    drawing = Drawing(live)

    @live.when("surface")
    def choose(surface: str) -> None:
        drawing.stand(SCENES[surface])
        suit(live, SCENES[surface])

    @live.when("surface", "lr", "momentum", "divided")
    def map_of_ends(surface: str, lr: float, momentum: float, divided: bool, moving: bool) -> Ends:
        lr = step_size(lr, momentum, divided=divided)
        return ends(SCENES[surface], lr, momentum, ROUGH if moving else FINE)

    @live.update(**_controls())
    def _(surface: str, lr: float, momentum: float, divided: bool, start: tuple) -> Seen:
        lr = step_size(lr, momentum, divided=divided)
        walked = walk(SCENES[surface].surface, np.array(start), lr, momentum)
        drawing.show(map_of_ends.value, walked)
        settings = f"{surface} at α = {fixed(lr, 4)}, momentum {fixed(momentum)}, {STEPS} steps"
        return seen(settings, map_of_ends.value, start, walked.ending)

    return live
