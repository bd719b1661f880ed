"""Lesson 00: find the lowest point of a landscape that you cannot see, against gradient descent."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Button, Checkbox, IntSlider, Widget
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from helpers.explorers.start.hidden import CLOSE, STEPS, WIDTH, Scene, play
from helpers.pictures import style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import fixed
from helpers.pictures.updates import Seen

Array = np.ndarray

LEVEL = 0.005  # a slope that the two decimals of the words would show as none
ABOUT = "A landscape behind a curtain: its height is known only where somebody has probed it."
GOAL = "Under the curtain, reach the lowest point in fewer probes than gradient descent"
UNPLAYED = {"probes": (), "steps": 0, "lift_the_curtain": False}  # the controls of a new landscape


# What it computes


class Game(NamedTuple):
    """What has been probed so far: by you at `yours`, by gradient descent in so many `steps`."""

    scene: Scene
    yours: Array  # positions (n,)
    steps: int

    @property
    def walk(self) -> Array:
        """The positions of gradient descent (steps + 1,), first the start."""
        return self.scene.walk[: self.steps + 1]

    @property
    def arrived(self) -> int | None:
        """The number of your first probe that is close to the lowest point."""
        return self.scene.arrival(self.yours)

    @property
    def beats_descent(self) -> bool:
        """Whether you needed fewer probes than gradient descent does."""
        if self.arrived is None:
            return False
        return self.scene.needed is None or self.arrived < self.scene.needed


class Curtain:
    """Remembers who has looked behind it: `peeked`, until a game begins without a probe."""

    def __init__(self) -> None:
        self.peeked = False

    def look(self, lifted: bool, probes: int) -> None:
        """It is lifted or not, after so many probes."""
        self.peeked = lifted or (self.peeked and probes > 0)


def tangents(scene: Scene, w: Array) -> tuple[Array, Array]:
    """The slopes at w as short strokes, one line (x, y) with gaps.

    All are equally long to the eye: a unit is 0.4 times as high in the picture as it is wide.
    """
    height, slope = scene.height(w), scene.slope(w)
    dx = 0.3 / np.hypot(1, 0.4 * slope)
    gap = np.full_like(w, np.nan)
    x = np.stack([w - dx, w + dx, gap])
    y = np.stack([height - slope * dx, height + slope * dx, gap])
    return x.T.ravel(), y.T.ravel()


def words(game: Game, lr: float) -> str:
    """Your last probe and your best one, then gradient descent's last step."""
    parts = [f"Start of both: {probe_words(game.scene, game.walk[0])}."]
    if len(game.yours):
        best = game.scene.height(game.yours).min()
        last = probe_words(game.scene, game.yours[-1])
        parts = [f"Probe {len(game.yours)}: {last}. Best height so far: {fixed(best)}."]
    if game.arrived:
        needed = game.scene.needed
        rival = f"needs {needed}" if needed else f"does not find it in {STEPS}"
        parts.append(
            f"Probe {game.arrived} found the lowest point, to within {CLOSE:g}; "
            f"gradient descent with lr {lr:g} {rival}."
        )
    if game.steps:
        parts.append(f"Gradient descent with lr {lr:g}, probe {game.steps}: {descent_words(game)}.")
    return " ".join(parts)


def descent_words(game: Game) -> str:
    """What gradient descent's last probe tells, and what became of it."""
    scene, w = game.scene, game.walk[-1]
    if not 0 <= w <= WIDTH:
        return "it has left the landscape, for the rate is too high"
    told = probe_words(scene, w)
    if scene.needed and game.steps >= scene.needed:
        found = f"; it found the lowest point with probe {scene.needed}"
        return told if game.arrived else told + found  # beside yours it has been said already
    if abs(scene.slope(w)[0]) < LEVEL:
        return f"{told}; it rests in a valley that is not the lowest, and nothing tells it so"
    return told


def probe_words(scene: Scene, w: float) -> str:
    """All that a probe at w tells."""
    height, slope = scene.height(w)[0], scene.slope(w)[0]
    told = f"height {fixed(height)} at {fixed(w)}, "
    if abs(slope) < LEVEL:
        return told + "no slope"
    return told + f"slope {fixed(slope)}, down to the {'left' if slope > 0 else 'right'}"


# What it draws


LOOK = {  # of what is known, from the back to the front
    "slope there": {
        "color": style.GRADIENT,
        "linewidth": 3,
        "solid_capstyle": "round",
        "zorder": 6,
    },
    "gradient descent": {
        "marker": "o",
        "markersize": 7,
        "color": style.DOWNHILL,
        "mec": "white",
        "mew": 0.8,
        "zorder": 7,
    },
    "your probes": {
        "marker": "s",
        "markersize": 7,
        "color": style.INK,
        "mec": "white",
        "zorder": 8,
    },
    "start of both": {
        "marker": "D",
        "markersize": 8,
        "color": style.PURPLE,
        "mec": "white",
        "zorder": 9,
    },
    "your last probe": {
        "marker": "s",
        "markersize": 14,
        "color": "none",
        "mec": style.INK,
        "mew": 1.5,
        "zorder": 9,
    },
    "lowest point": {
        "marker": "*",
        "markersize": 15,
        "color": style.MINIMUM,
        "mec": "white",
        "zorder": 11,
    },
}
NAMED = ("start of both", "your probes", "gradient descent", "slope there", "lowest point")


class Drawing:
    """A curtain, the landscape behind it, and what is known."""

    @style.context()
    def __init__(self, live: LiveFigure) -> None:
        ax = live.subplots()
        ax.set(xlim=(0, WIDTH), ylim=(0, WIDTH))
        ax.set(xlabel="position (a weight w)", ylabel="height (the loss J)")
        draw_curtain(ax)
        live.clickable(ax, "probes", label="probe the landscape")

        sky = Rectangle((0, 0), WIDTH, WIDTH, color="white", zorder=1)
        earth = {"facecolor": "#E2EDF3", "edgecolor": style.GREY, "linewidth": 2}
        self._ground = Polygon([(0, 0)], **earth, zorder=2)
        self._marks = {}
        for name, look in LOOK.items():
            stroke = "-" if name == "slope there" else "none"
            (self._marks[name],) = ax.plot([], [], linestyle=stroke, **look)
        self._behind = [ax.add_patch(sky), ax.add_patch(self._ground), self._marks["lowest point"]]
        live.animated([sky, self._ground, *self._marks.values()])
        self._explain(ax)

    @style.context()
    def _explain(self, ax: Axes) -> None:
        handles = dict(self._marks)
        handles["slope there"] = Line2D([], [], color=style.GRADIENT, linewidth=3)
        ax.legend(
            [handles[name] for name in NAMED],
            NAMED,
            loc="lower right",
            bbox_to_anchor=(1, 1),
            ncols=len(NAMED),
            handletextpad=0.6,
            columnspacing=1.4,
        )

    def lay(self, scene: Scene) -> None:
        """Put this landscape behind the curtain."""
        w = np.linspace(0, WIDTH, 400)
        self._ground.set_xy([(-1, -1), *zip(w, scene.height(w)), (WIDTH + 1, -1)])
        self._marks["lowest point"].set_data([scene.lowest], scene.height(scene.lowest))

    def show(self, game: Game, lifted: bool) -> None:
        """Show what is known, and the landscape if the curtain is lifted."""
        for artist in self._behind:
            artist.set_visible(lifted)
        for name, w in {
            "gradient descent": game.walk,
            "your probes": game.yours,
            "start of both": game.walk[:1],
            "your last probe": game.yours[-1:],
        }.items():
            self._marks[name].set_data(w, game.scene.height(w))
        everywhere = np.concatenate([game.walk, game.yours])
        self._marks["slope there"].set_data(*tangents(game.scene, everywhere))


def draw_curtain(ax: Axes) -> None:
    """A curtain and its folds."""
    ax.set_facecolor("#E4E8ED")
    folds = np.cumsum([0.14, 0.42, 0.3] * 11)
    ax.vlines(folds, 0, WIDTH, color=style.PALE, linewidth=[5, 14, 9] * 11)


# What moves


def blindfold(lr: float = 0.5, seed: int = 4) -> LiveFigure:
    """Find the lowest point of a landscape you cannot see: a click shows height and slope there.

    Gradient descent, w ← w − lr · J′(w), starts at the same place and knows no more than its own
    probes tell; each of its steps is one, the start counts for nobody. `lr` ≥ 0 is its rate. `seed`
    chooses the landscapes: the first has one valley, later ones may have several. Controls:
    `probes`, the places clicked, ((w, anything), …); `steps` of gradient descent;
    `lift_the_curtain`, after which only a new game can be won; `new_landscape`. Raises ValueError
    for an lr below 0.

    >>> live = blindfold()
    >>> live.controls["probes"].value = ((5.0, 0.0),)
    >>> live.summary
    'Probe 1: height 1.27 at 5.00, slope −0.69, down to the right. Best height so far: 1.27.'
    >>> live.close()
    """
    play(seed, 0, lr)  # refuses a wrong rate here, not in the caption
    live = LiveFigure(about=ABOUT)
    drawing = Drawing(live)
    curtain = Curtain()

    @live.when("new_landscape")
    def scene(new_landscape: int) -> Scene:
        for name, value in UNPLAYED.items():  # what was known was about another one
            live.controls[name].value = value
        found = play(seed, new_landscape, lr)
        drawing.lay(found)
        return found

    @live.update(**widgets())
    def _(probes: tuple, steps: int, lift_the_curtain: bool) -> Seen:
        game = Game(scene.value, np.array([w for w, _ in probes]), steps)
        curtain.look(lift_the_curtain, len(probes))
        drawing.show(game, lift_the_curtain)
        won = game.beats_descent and not curtain.peeked
        return Seen(words(game, lr), arrived=game.arrived, needed=game.scene.needed, won=won)

    live.goal(GOAL, lambda seen: seen.won)
    return live


def widgets() -> dict[str, Widget]:
    """The controls above the picture."""
    return {
        "steps": IntSlider(0, 0, STEPS, description="steps of gradient descent", layout=_wide(440)),
        "lift_the_curtain": Checkbox(indent=False, layout=_wide(140)),
        "new_landscape": Button(
            description="New landscape", tooltip="Draw another hidden landscape"
        ),
    }


def _wide(pixels: int) -> dict[str, str]:
    return {"width": f"{pixels}px"}
