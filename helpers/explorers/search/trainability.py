"""Lesson 11: the border between the networks that train and those that do not, to zoom into."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ipywidgets import Button, SelectionSlider, ToggleButtons
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from helpers import trainability as networks
from helpers.pictures import says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.updates import Seen

Array = np.ndarray

OVERVIEW = networks.Window((1.0, 1.0), 2.5)  # powers of ten
CLOSER = 8  # times, with a click
DEEPEST = 13  # clicks: then the rates of neighbouring networks are all but the same number
AT_FIRST = ((0.14, -0.11), (-0.48, -0.81), (0.14, 0.39))  # where has been clicked
STEPS = (20, 50, 100, 200)
LEVELS = (16, 64)  # networks along each side
LINE, COINS = 1.0, 1.9  # the raggedness of a straight border, and of coin flips
PRECISIONS = {"float64": np.float64, "float32": np.float32}
COLORS = LinearSegmentedColormap.from_list(
    "trainability", ["#6E0B27", style.CRIMSON, "#F4D9DF", "#DCE9F2", style.BLUE, "#06305A"]
)


# ---- what it computes


class Field(NamedTuple):
    """What became of the networks of a window, (side, side) as `networks.trainability` says it."""

    found: Array
    differs: float | None  # the share to which float64 gives another verdict than float32

    @property
    def trains(self) -> Array:
        """(side, side) bool."""
        return self.found > 0

    @property
    def raggedness(self) -> float:
        """1 for a line, 2 for a border that is everywhere; NaN where there is none."""
        return networks.raggedness(self.trains)


def window_after(clicks: tuple) -> networks.Window:
    """The window that is left after these clicks, each at a place of the window before it."""
    window = OVERVIEW
    for place in clicks[:DEEPEST]:
        window = window.closer(np.clip(place, -1, 1), CLOSER)
    return window


def field(
    task: networks.Task, side: int, clicks: tuple, steps: int, precision: str, wanted
) -> Field:
    """The networks of the window after these clicks, `side` along each side."""
    rates = window_after(clicks).log_rates(side)
    found = networks.trainability(task, rates, steps, PRECISIONS[precision], wanted)
    if precision == "float64":
        return Field(found, None)
    exact = networks.trainability(task, rates, steps, wanted=wanted)
    return Field(found, float(np.mean((exact > 0) != (found > 0))))


def told(field: Field, window: networks.Window, depth: int, steps: int) -> Seen:
    """The window, who trains in it, how ragged the border is, and whether that is rounding."""
    share, ragged, side = field.trains.mean(), field.raggedness, len(field.found)
    where = f"{depth} zooms deep" if depth else "The overview"
    words = [
        f"{where}: {side} × {side} networks after {steps} steps, the window "
        f"{says.digits(2 * window.half, 2)} powers of ten wide; {says.percent(share)} train."
    ]
    if np.isnan(ragged):
        words.append("There is no border in it.")
    else:
        words.append(f"Raggedness {says.fixed(ragged)}: a line has 1.0, coin flips 1.9.")
    if field.differs is not None:
        words.append(f"In float64 {says.percent(field.differs)} of the verdicts are others.")
    facts = {"depth": depth, "share": float(share), "ragged": ragged, "steps": steps}
    return Seen(" ".join(words), **facts, differs=field.differs, side=side)


# ---- what it draws


class Drawing:
    """Left the window, a pixel for each network; right how ragged the border was at each depth."""

    def __init__(self, live: LiveFigure) -> None:
        self.map, depths = live.subplots(1, 2, width_ratios=[1.25, 1])
        look = {"cmap": COLORS, "vmin": -1, "vmax": 1, "extent": (-1, 1, -1, 1)}
        look |= {"origin": "lower", "interpolation": "nearest", "aspect": "equal"}
        self._image = live.animated(self.map.imshow(np.zeros((2, 2)), **look))
        self.map.set(xticks=[], yticks=[])
        self.map.set_title("blue trains, red does not", fontsize=11, fontweight="normal")
        self._draw_depths(live, depths)

    def _draw_depths(self, live: LiveFigure, ax: Axes) -> None:
        for level, name in ((LINE, "a line"), (COINS, "coin flips")):
            ax.axhline(level, color=style.GREY, lw=1, ls=":")
            ax.annotate(
                name,
                (DEEPEST, level),
                xytext=(0, 3),
                textcoords="offset points",
                ha="right",
                color=style.GREY,
            )
        look = {"color": style.PURPLE, "ms": 7}
        (self._dots,) = live.animated(ax.plot([], [], "o-", **look))
        ax.set(xlim=(-0.5, DEEPEST + 0.5), ylim=(0.8, 2.1), xlabel="zooms, each 8 times closer")
        ax.set_ylabel("raggedness")
        ax.set_xticks(range(0, DEEPEST + 1, 2))

    def show(self, field: Field, window: networks.Window, ragged: list[tuple[int, float]]) -> None:
        """Show a field, name its window, and show the raggedness (depth, number) on the way."""
        shade = np.sign(field.found) * np.log1p(999 * np.abs(field.found)) / np.log(1000)
        self._image.set_data(shade)
        self._dots.set_data(*np.array(ragged).reshape(-1, 2).T)
        x, y = window.center
        digits = window.digits
        self.map.set_xlabel(f"log₁₀ rate of w, middle {_signed(x, digits)}")
        self.map.set_ylabel(f"log₁₀ rate of a, middle {_signed(y, digits)}")


def _signed(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".replace("-", "−")


# ---- the figure


def trainability(seed: int = 0) -> LiveFigure:
    """Each pixel is a network with its own two rates: does it train? Click to zoom into the border.

    The networks are those of `helpers.trainability`, 8 inputs, 8 tanh units, 8 examples, drawn from
    `seed`. A coarse picture comes at once, finer ones follow while you go on. A pixel is the darker
    the sooner its network has settled, or has blown up.

    Controls: `zoom`, the places clicked, each 8 times closer; `back`, one step out; `steps` of
    training; `precision` of the numbers.

    Sohl-Dickstein (2024), The boundary of neural network trainability is fractal.

    >>> live = trainability()
    >>> print(live.summary)
    3 zooms deep: 64 × 64 networks after 100 steps, the window 0.0098 powers of ten wide; ...
    >>> live.close()
    """
    about = "The networks of a window of rates, those that train and those that do not."
    task = networks.Task.drawn(np.random.default_rng(seed))
    live = LiveFigure(9, 4.6, about=about)
    drawing = Drawing(live)

    def compute(side, *question, wanted):
        return field(task, side, *question, wanted)

    asked = live.refining(compute, LEVELS)
    zoom = live.clickable(drawing.map, "zoom", label="zoom in here")
    zoom.value = AT_FIRST
    _connect(live, drawing, asked, zoom)
    return live


def _connect(live: LiveFigure, drawing: Drawing, asked, zoom) -> None:
    ragged: dict[tuple, float] = {}  # by question: at first, on the way to the first picture
    for k in range(len(AT_FIRST), -1, -1):
        question = AT_FIRST[:k], STEPS[2], "float64"
        asked.ask(*question)
        asked.wait()
        ragged[question] = asked.ask(*question).raggedness

    @live.when("back")
    def _(back):
        if back:
            zoom.value = zoom.value[:-1]

    @live.update(
        back=Button(description="back", tooltip="one zoom out"),
        steps=SelectionSlider(options=STEPS, value=STEPS[2]),
        precision=ToggleButtons(options=[*PRECISIONS]),
    )
    def _(zoom, back, steps, precision):
        clicks = zoom[:DEEPEST]
        answer = asked.ask(clicks, steps, precision)
        window, depth = window_after(clicks), len(clicks)
        if asked.level == LEVELS[-1]:
            ragged[clicks, steps, precision] = answer.raggedness
        way = [
            (k, ragged[clicks[:k], steps, precision])
            for k in range(depth + 1)
            if (clicks[:k], steps, precision) in ragged
        ]
        drawing.show(answer, window, way)
        return told(answer, window, depth, steps)

    _set_goals(live)


def _set_goals(live: LiveFigure) -> None:
    def is_smooth(seen: Seen) -> bool:
        return seen.side >= 64 and seen.depth >= 2 and seen.ragged < 1.1

    def is_ragged(seen: Seen) -> bool:
        return seen.side >= 64 and seen.depth >= 8 and seen.ragged > 1.3 and seen.differs is None

    def is_rounding(seen: Seen) -> bool:
        return seen.differs is not None and seen.differs > 0.05

    live.goal("Zoom 8 times and still see a ragged border (above 1.3)", is_ragged)
    live.goal("Find a depth and a number of steps at which the border is a line", is_smooth)
    live.goal("See float32 give more than 5 % other verdicts than float64", is_rounding)
