"""Lesson 02: a bell to drag along numbers; its surprise at them is a loss that one knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import gamma, log

import numpy as np
from ipywidgets import FloatSlider
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from helpers.checks import as_floats
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import counted, fixed
from helpers.pictures.updates import Seen

Array = np.ndarray

WAGES = np.array(
    [1.8, 2.0, 2.1, 2.4, 2.6, 3.0, 9.2]
)  # a month, in 1,000 €; the last the director's
RANGE = (0.0, 10.0)
PLACES = np.linspace(*RANGE, 501)  # of the density, and of the centres that are tried
FARTHEST = 8.0  # the centre goes: beyond, the dot on the right would leave its picture
WIDTH = 1.5  # s, in the unit of the wages
BELL, TENT = 2.0, 1.0
ABOUT = "A bell or a tent over seven wages, and how much they surprise it, by where its centre is."


# What it computes


@dataclass(frozen=True, eq=False)
class Belief:
    """Where the values are expected: p(y) = exp(−|(y − c)/s|ᵏ) / (2 s Γ(1 + 1/k)).

    With k = 2 it is the normal density of standard deviation s/√2, with k = 1 Laplace's. The family
    is Subbotin's (1923).
    """

    centre: float  # c
    power: float  # k
    values: Array  # (N,), what was seen

    def density(self, y: Array) -> Array:
        """p(y), of the shape of y."""
        return np.exp(-self.surprise(y))

    def surprise(self, y: Array) -> Array:
        """−ln p(y) in nats, of the shape of y."""
        return np.abs((y - self.centre) / WIDTH) ** self.power + constant(self.power)

    @cached_property
    def total(self) -> float:
        """The surprise at all values together."""
        return float(self.surprise(self.values).sum())

    @cached_property
    def totals(self) -> Array:
        """The same for a centre at each of PLACES."""
        apart = np.abs((self.values - PLACES[:, None]) / WIDTH) ** self.power
        return apart.sum(axis=1) + len(self.values) * constant(self.power)

    @property
    def best(self) -> float:
        """The centre at which the values surprise least."""
        return float(PLACES[self.totals.argmin()])

    @property
    def loss(self) -> tuple[str, Array] | None:
        """The loss that the surprise is, and its curve over PLACES: at both ends of the powers."""
        errors = self.values - PLACES[:, None]
        count = len(self.values)
        if self.power == BELL:
            scaled, name = (errors**2).mean(axis=1) / WIDTH**2, "N · MSE / s² + a constant"
        elif self.power == TENT:
            scaled, name = np.abs(errors).mean(axis=1) / WIDTH, "N · MAE / s + a constant"
        else:
            return None
        return name, count * (scaled + constant(self.power))


def constant(power: float) -> float:
    """ln(2 s Γ(1 + 1/k)): what makes the area under the density 1."""
    return log(2 * WIDTH * gamma(1 + 1 / power))


def name_of(best: float, values: Array) -> str:
    """How the best centre is called, if it has a name."""
    if abs(best - values.mean()) < 0.011:
        return ", the mean"
    return ", the median" if abs(best - np.median(values)) < 0.011 else ""


def words(belief: Belief) -> str:
    """The surprise at this centre, and where it would be lowest."""
    shape = {BELL: "The bell", TENT: "The tent"}.get(belief.power, "A shape between the two,")
    said = (
        f"{shape} centred at {fixed(belief.centre)} is surprised by "
        f"{fixed(belief.total, 1)} nats at {counted(len(belief.values), 'wage')}; least, by "
        f"{fixed(belief.totals.min(), 1)}, it would be at "
        f"{fixed(belief.best)}{name_of(belief.best, belief.values)}."
    )
    if belief.loss:
        said += f" The curve on the right is {belief.loss[0]}."
    return said


# What it draws


class Drawing:
    """Left the density with a stem at each value, right the surprise by the centre."""

    @style.context()
    def __init__(self, live: LiveFigure, values: Array) -> None:
        left, right = live.subplots(1, 2, width_ratios=(1.2, 1))
        prepare(left, right)
        left.plot(values, 0 * values, "o", color=style.TARGET, clip_on=False, zorder=4)
        (self._density,) = left.plot([], [], color=style.DOWNHILL)
        self._stems = left.add_collection(LineCollection([], colors=style.GRADIENT, lw=2))
        (self._curve,) = right.plot([], [], color=style.DOWNHILL)
        known = {"color": style.PURPLE, "ls": (0, (4, 4)), "lw": 3.5}
        (self._known,) = right.plot([], [], **known)
        (self._here,) = right.plot([], [], "o", color=style.DOWNHILL, markersize=9)
        (self._lowest,) = right.plot([], [], "*", color=style.MINIMUM, markersize=14)
        moving = (self._density, self._stems, self._known, self._curve, self._here, self._lowest)
        live.animated(list(moving))
        live.draggable(
            left,
            "centre",
            (5.0, 0.0),
            along="x",
            anywhere=True,
            bounds=((0.0, FARTHEST), (0.0, 0.0)),
            color=style.DOWNHILL,
        )

    def show(self, belief: Belief) -> None:
        """Move the density, its stems and the dot, and draw the curve of its power."""
        self._density.set_data(PLACES, belief.density(PLACES))
        tops = belief.density(belief.values)
        self._stems.set_segments([[(y, 0), (y, top)] for y, top in zip(belief.values, tops)])
        self._curve.set_data(PLACES, belief.totals)
        known = belief.loss[1] if belief.loss else np.full(PLACES.shape, np.nan)
        self._known.set_data(PLACES, known)
        self._here.set_data([belief.centre], [belief.total])
        self._lowest.set_data([belief.best], [belief.totals.min()])


def prepare(left: Axes, right: Axes) -> None:
    """Name the axes and set their limits."""
    left.set(xlim=RANGE, ylim=(0, 0.45), xlabel="wage / 1,000 €", ylabel="density p")
    left.set(title="the height at each wage is its p")
    right.set(xlim=RANGE, ylim=(0, 100), xlabel="centre c / 1,000 €")
    right.set(title="surprise −ln p, all wages (nats)")
    plots.label(
        right, "dashed: the loss of that name", (0.4, 93), offset=(0, 0), color=style.PURPLE
    )


# What moves


def likelihood(values: Array = WAGES) -> LiveFigure:
    """A bell to drag along numbers, and their surprise −Σ ln p as a function of its centre.

        p(y) = exp(−|(y − c)/s|ᵏ) / (2 s Γ(1 + 1/k)),   s = 1.5

    With k = 2, a bell, the surprise is the squared error but for a factor and a constant, with
    k = 1, a tent, the absolute one. values (N,) lie from 0 to 10. Raises ValueError for others.

    Controls: `centre`, (c, anything); `power`, k from 1 to 2.

    >>> live = likelihood()
    >>> live.controls["power"].value = 1.0
    >>> live.summary
    'The tent centred at 5.00 is surprised by 21.2 nats at 7 wages; least, by 13.6, ... median. ...'
    >>> live.close()
    """
    values = as_floats(values)
    if values.ndim != 1 or not len(values) or np.any((values < RANGE[0]) | (values > RANGE[1])):
        raise ValueError(
            f"values must be a row of numbers from {RANGE[0]:g} to {RANGE[1]:g}, got {values!r}; "
            "try other units"
        )
    live = LiveFigure(9, 4, about=ABOUT)
    drawing = Drawing(live, values)

    @live.update(power=FloatSlider(2.0, min=TENT, max=BELL, step=0.05, description="power k"))
    def _(centre: tuple[float, float], power: float) -> Seen:
        belief = Belief(centre[0], round(power, 2), values)
        drawing.show(belief)
        return Seen(words(belief), total=belief.total, best=belief.best, power=belief.power)

    return live
