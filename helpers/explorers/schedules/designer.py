"""A schedule to design by dragging its own points, and what it does to a noisy descent."""

from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown, FloatSlider, IntSlider
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from helpers import schedules
from helpers.explorers.schedules.kinds import KINDS, Handle, Kind, Own, kind_of
from helpers.explorers.schedules.loss_panel import LossPanel
from helpers.explorers.schedules.noisy_descent import (
    BORDER,
    descend_in_noise,
    expected_loss,
    loss,
)
from helpers.pictures import plots, says, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.rings import circle
from helpers.pictures.updates import Seen

Array = np.ndarray

FIRST = "cosine"
TOP_RATE = 1.2 * BORDER
LOWEST_HIGH = 1e-3  # the rate of `high`, which others are divided by
LOST = 1e4  # a mean loss beyond it counts as diverged
RIM = 0.5  # of the target on which the runs end
CIRCLE = circle()

# ---- what it computes


class Descent(NamedTuple):
    """The noisy descent of one schedule: the call that makes it, points and losses of all runs."""

    call: str
    rates: Array  # (T,)
    points: Array  # (T+1, 2, runs)
    losses: Array  # (T+1, runs)

    @property
    def end(self) -> float:
        """The mean loss at the end."""
        return float(self.losses[-1].mean())

    @property
    def lost_at(self) -> int:
        """The first step at which the mean loss is beyond LOST, −1 where it never is."""
        lost = ~(self.losses.mean(axis=-1) < LOST)
        return int(lost.argmax()) if lost.any() else -1

    @property
    def is_lost(self) -> bool:
        """Is it beyond LOST at the end, too?"""
        return not self.end < LOST


def follow(kind: Kind, high: Handle, low: Handle, steps: int, noise: float) -> Descent:
    """Descend with the schedule that this kind makes of the two handles."""
    schedule, call = kind.make(high, low, steps)
    points, rates = descend_in_noise(schedule, steps, noise)
    return Descent(call, rates, points, loss(points))


def best_constant(steps: int, noise: float) -> Descent:
    """Descend with the constant rate whose expected loss after so many steps is the least."""
    candidates = np.geomspace(0.001, 0.99 * BORDER, 4_000)
    lr = float(candidates[np.argmin(expected_loss(candidates, steps, noise))])
    points, rates = descend_in_noise(schedules.constant(lr), steps, noise)
    return Descent("constant", rates, points, loss(points))


def within(kind: Kind, high: Handle, low: Handle) -> tuple[Handle, Handle]:
    """The handles where this kind lets them be: the low one never above the high one.

    >>> within(KINDS["cosine"], high=(0.4, 0.1), low=(0.7, 0.2))
    ((0.0, 0.1), (1.0, 0.1))
    """
    high = float(np.clip(high[0], *kind.high_between)), max(high[1], LOWEST_HIGH)
    low = float(np.clip(low[0], *kind.low_between)), min(low[1], high[1])
    return high, low


def on_target(ends: Array) -> Array:
    """The places (2, runs) where the runs end; those that are further out, on the rim.

    >>> on_target(np.array([[0.1, 3.0], [0.2, -4.0]])).round(3).tolist()
    [[0.1, 0.3], [0.2, -0.4]]
    """
    ends = np.clip(ends, -1e9, 1e9)
    return ends * np.minimum(1, RIM / np.maximum(np.hypot(*ends), RIM))


def in_words(mine: Descent, best: Descent) -> str:
    """How the runs of a schedule end, beside those of the best constant rate."""
    if mine.is_lost:
        step = mine.lost_at
        return f"{mine.call}: diverges: at step {step} the mean loss has passed {LOST:,.0f}."
    passed = ""
    if mine.lost_at >= 0:
        passed = f" (on the way it passed {LOST:,.0f}, at step {mine.lost_at})"
    low, high = np.quantile(mine.losses[-1], (0.25, 0.75))
    spread = ""
    if high > 1.001 * low:
        between = f"{says.digits(low, 2)} to {says.digits(high, 2)}"
        spread = f", {between} in the middle half of the runs"
    steps = len(mine.rates)
    return (
        f"{mine.call}: mean loss {says.digits(mine.end, 2)} after {steps} steps{passed}{spread}. "
        f"The best constant rate, {says.digits(best.rates[0])}, leaves "
        f"{says.digits(best.end, 2)}, {_beside(mine.end, best.end)}."
    )


def _beside(mine: float, best: float) -> str:
    """What the best constant rate leaves, compared with one's own loss."""
    if 0.9 * mine <= best <= 1.1 * mine:
        return "about as much"
    if best == 0:
        return "nothing, and wins"
    if mine == 0:
        return "and yours nothing"
    if best < mine:
        return f"{says.digits(mine / best, 2)} times less, and wins"
    return f"{says.digits(best / mine, 2)} times as much"


# ---- what it draws


class Drawing:
    """Left the schedule and under it the loss; right the target on which the runs end."""

    def __init__(self, live: LiveFigure) -> None:
        panels = live.figure.subplot_mosaic(
            [["rate", "target"], ["loss", "target"]], width_ratios=[1.5, 1]
        )
        self.rate = panels["rate"]
        self._mine = {"color": style.DOWNHILL, "zorder": 5}
        self._best = {"color": style.GREY, "linestyle": "--", "lw": 1.5}
        self._draw_rate(live, self.rate)
        self._draw_loss(live, panels["loss"])
        self._draw_target(panels["target"])
        self._draw_ends(live, panels["target"])

    def _draw_rate(self, live: LiveFigure, ax: Axes) -> None:
        ax.set(xlim=(0, 1), ylim=(0, 1.04 * TOP_RATE), ylabel="learning rate α")
        ax.xaxis.set_major_formatter(PercentFormatter(1))
        ax.axhline(BORDER, color=style.DIVERGENCE, lw=1)
        look = {"offset": (0, 8), "ha": "right", "color": style.DIVERGENCE}
        plots.label(ax, "2/λmax", (0.99, BORDER), **look)
        look = {"label": "rate of your schedule", "drawstyle": "steps-post"}
        self._rates = _line(live, ax, **self._mine, **look)
        self._best_rate = _line(live, ax, **self._best)
        look = {"color": style.ORANGE, "linestyle": ":", "lw": 1.5, "label": "patience"}
        self._patience = _line(live, ax, **look)

    def _draw_loss(self, live: LiveFigure, ax: Axes) -> None:
        self._losses = LossPanel(live, ax, zorder=5, label="your schedule")
        self._best_losses = _line(live, ax, **self._best, label="best constant rate")
        ax.set(xlim=(0, 1), xlabel="steps done")
        ax.xaxis.set_major_formatter(PercentFormatter(1))
        ax.legend(loc="upper right", borderaxespad=0)

    def _draw_target(self, ax: Axes) -> None:
        width = (-0.53, 0.53)
        ax.set(xlim=width, ylim=width, aspect="equal", title="where the runs end")
        ax.set_axis_off()
        for distance in (0.1, 0.2, 0.3, 0.4, RIM):
            ax.plot(*distance * CIRCLE.T, color=style.PALE, lw=1)
        words = "rings 0.1 apart; on the rim: 0.5 or more"
        plots.label(ax, words, (0, -RIM), offset=(0, -18), ha="center", color=style.GREY)

    def _draw_ends(self, live: LiveFigure, ax: Axes) -> None:
        dots = {"linestyle": "none", "marker": "o", "ms": 4, "mew": 0}
        look = {"color": style.DOWNHILL, "alpha": 0.6, "label": "ends of your schedule"}
        self._best_ends = _line(live, ax, color=style.GREY, alpha=0.5, **dots)
        self._ends = _line(live, ax, **look, **dots)
        self._best_ring = _line(live, ax, **self._best)
        self._ring = _line(live, ax, **self._mine)

    def reach(self, noise: float) -> None:
        """Let the axis of the loss reach as far as it falls at this noise."""
        self._losses.reach(noise, highest_still=1e4)

    def show_best(self, best: Descent) -> None:
        """Show the descent of the best constant rate."""
        self._best_rate.set_data([0, 1], best.rates[[0, 0]])
        share = np.linspace(0, 1, len(best.losses))
        self._best_losses.set_data(share, best.losses.mean(axis=-1))
        _show_ends(self._best_ends, self._best_ring, best.points[-1])

    def show(self, mine: Descent, waiting: Handle | None) -> None:
        """Show the descent of the schedule; `waiting` is the handle that says how long it waits."""
        share = np.linspace(0, 1, len(mine.losses))
        self._rates.set_data(share, np.append(mine.rates, mine.rates[-1]))
        self._losses.show(share, mine.losses)
        self._losses.line.set_color(style.DIVERGENCE if mine.is_lost else style.DOWNHILL)
        _show_ends(self._ends, self._ring, mine.points[-1])
        share, rate = waiting or (np.nan, np.nan)
        self._patience.set_data([0, share], [rate, rate])


def _line(live: LiveFigure, ax: Axes, **look) -> Line2D:
    return live.animated(ax.plot([], [], **look)[0])


def _show_ends(dots: Line2D, ring: Line2D, ends: Array) -> None:
    """The places (2, runs) where the runs end, and a ring at their median distance."""
    dots.set_data(*on_target(ends))
    ring.set_data(*min(RIM, np.median(np.hypot(*ends))) * CIRCLE.T)


# ---- the figure


def designer(own: Own | None = None) -> LiveFigure:
    """Design a schedule: drag its own points, and see what it does to a noisy descent.

    Above the schedule with its two handles, below it the loss of 128 runs that follow it; on the
    target where every run ends, and a ring at their median distance from the minimum. Grey is the
    mark to beat: the constant rate with the least expected loss, on the same noise.

    Controls: `schedule`, a choice; `noise`, the standard deviation of what comes on top of each
    gradient; the number of `steps`; and the handles, pairs of a share of the steps and a rate:
    `high`, where the schedule starts or peaks, and `low`, where it has fallen to.

    own(t, total, high, low) → rate is a schedule of your own: `t` counts from 0 to `total` − 1,
    `high` and `low` are the rates of the handles. A negative rate, or none, is said in words.

    >>> live = designer()
    >>> live.controls["schedule"].value = "step decay"
    >>> live.controls["low"].value = (0.25, 0.03)
    >>> print(live.summary)
    step_decay(lr=0.1, gamma=0.3, every=25): mean loss 0.0087 after 100 steps, 0.0016 to 0.0097 in
    the middle half of the runs. The best constant rate, 0.0255, leaves 0.016, 1.8 times as much.
    >>> live.close()
    """
    about = (
        "A schedule with its handles, the loss of 128 noisy runs that follow it, "
        "and where they end."
    )
    live = LiveFigure(9, 4.5, about=about)
    _connect(live, Drawing(live), KINDS | ({"own": kind_of(own)} if own else {}))
    live.goal(
        "With noise: half the loss of the best constant rate",
        lambda seen: seen.noise > 0 and seen.loss < seen.best_loss / 2,
    )
    live.goal(
        "Without noise: less than twice what the best constant rate leaves",
        lambda seen: seen.noise == 0 and seen.loss < 2 * seen.best_loss,
    )
    return live


def _connect(live: LiveFigure, drawing: Drawing, kinds: dict[str, Kind]) -> None:
    _place_handles(live, drawing, kinds)

    @live.when("noise")
    def _(noise):
        drawing.reach(noise)

    @live.when("steps", "noise")
    def best(steps, noise):
        found = best_constant(steps, noise)
        drawing.show_best(found)
        return found

    @live.when("schedule", "high", "low", "steps", "noise")
    def mine(schedule, high, low, steps, noise):
        return follow(kinds[schedule], high, low, steps, noise)

    @live.update(
        schedule=Dropdown(options=list(kinds), value=FIRST),
        noise=FloatSlider(value=1, min=0, max=2, step=0.05),
        steps=IntSlider(value=100, min=30, max=300, step=10),
    )
    def _(schedule, low, noise):
        waits = kinds[schedule].waits
        drawing.show(mine.value, low if waits else None)
        words = in_words(mine.value, best.value)
        if waits:
            words += " The orange handle: how long to wait, and what the rate falls to."
        return Seen(
            words,
            noise=noise,
            rates=mine.value.rates,
            loss=mine.value.end,
            lost_at=mine.value.lost_at,
            best_rate=best.value.rates[0],
            best_loss=best.value.end,
        )


def _place_handles(live: LiveFigure, drawing: Drawing, kinds: dict[str, Kind]) -> None:
    """Two handles that stay where the chosen kind of schedule lets them be."""
    look = {"label": "start or peak of the schedule"}
    bounds = ((0, 0.95), (LOWEST_HIGH, TOP_RATE))
    start = live.draggable(drawing.rate, "high", kinds[FIRST].high, bounds=bounds, **look)
    look = {"label": "where the schedule has fallen to", "color": style.ORANGE}
    bounds = ((0, 1), (0, TOP_RATE))
    end = live.draggable(drawing.rate, "low", kinds[FIRST].low, bounds=bounds, **look)

    @live.when("schedule")
    def _(schedule):
        kind = kinds[schedule]
        for handle, (left, right) in ((start, kind.high_between), (end, kind.low_between)):
            handle.along = "xy" if left < right else "y"
        start.value, end.value = kind.high, kind.low

    @live.when("schedule", "low")
    def _(schedule, low):
        if kinds[schedule].is_level:
            start.value = (start.value[0], low[1])

    @live.when("schedule", "high")
    def _(schedule, high):
        if kinds[schedule].is_level:
            end.value = (end.value[0], high[1])

    @live.when("schedule", "high", "low")
    def _(schedule, high, low):
        start.value, end.value = within(kinds[schedule], high, low)
