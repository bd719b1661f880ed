"""Lesson 07, schedules: the floor that noise makes, and a schedule to design by dragging its own points.

Both walk down the same noisy bowl, ½ (w₁² + 10 w₂²) from (1, 1), with normal noise on every gradient, in many runs at
once. The noise is the same for every rate and every schedule, so that what differs is theirs.
"""

import math
from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from helpers import schedules
from helpers.checks import checked
from helpers.explorers.schedules.kinds import KINDS, Handle, Kind
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure

Array = np.ndarray
Own = Callable[[int, int, float, float], float]

CURVATURES = np.array([[1.0], [10.0]])  # along the two weights
BORDER = 2 / CURVATURES.max()  # no constant rate beyond it settles
RUNS, LONGEST = 128, 400
RIM = 0.5  # of the target on which the runs end


@cache
def _noise() -> Array:
    """What comes on top of the gradients at every step, at noise 1: (LONGEST, 2, RUNS)."""
    return np.random.default_rng(0).normal(size=(LONGEST, 2, RUNS))


def _walk(schedule: Callable[[int], float], steps: int, noise: float) -> tuple[Array, Array]:
    """All runs, (steps + 1, 2, RUNS), and the rate of every step. A schedule that watches is told the mean loss."""
    points, rates = np.ones((steps + 1, 2, RUNS)), np.empty(steps)
    for t, extra in enumerate(noise * _noise()[:steps]):
        rates[t] = schedule(t)
        points[t + 1] = points[t] - rates[t] * (
            CURVATURES * points[t] + extra
        )  # θ ← θ − α∇J(θ), ∇J with its noise
        if isinstance(schedule, schedules.ReduceOnPlateau):
            schedule.watch(float(_losses(points[t + 1]).mean()))
    return points, checked("the rate of every step", rates)


def _losses(points: Array) -> Array:
    return 0.5 * (CURVATURES * points**2).sum(axis=-2)


def _expected(lr: Array, steps: float, noise: float) -> Array:
    """The mean loss after so many steps at constant rates (n,), exactly; after infinitely many, the floor."""
    with np.errstate(all="ignore"):
        kept = (1 - lr * CURVATURES) ** 2  # of every error squared, by one step
        left = kept**steps
        return np.sum(CURVATURES / 2 * (left + (lr * noise) ** 2 * (1 - left) / (1 - kept)), axis=0)


def _draw(line, band, x: Array, losses: Array) -> None:
    """The mean over the runs as a line, their middle half as a band."""
    low, high = np.sort(losses, axis=-1)[:, [RUNS // 4, 3 * RUNS // 4]].T
    line.set_data(x, losses.mean(axis=-1))
    band.set_verts([np.r_[np.c_[x, low], np.c_[x, high][::-1]]])


def _depth(loss: Axes, noise: float, deep: float) -> None:
    """Without noise the loss falls much further: then the axis does, too."""
    low, high = (1e-4, 30) if noise else (1e-20, deep)
    if loss.get_ylim() != (low, high):  # the picture is drawn afresh, so not at every frame
        loss.set_ylim(low, high)


def floor() -> LiveFigure:
    """The noise floor under your hand: at a constant rate the loss falls, and then hovers at a height ∝ rate.

    The strip is the slider's scale, with the floor in theory, Σ α σ² / (2 (2 − α λ)) over the curvatures λ, and as
    measured. Drag `drop` to the left: from that step on the rate is a tenth.

    >>> live = floor()
    >>> live.controls["lr"].value = 0.1
    >>> print(live.summary)
    α = 0.1: from step 24 on the loss hovers at 0.076 on average; the theory says 0.076.
    >>> live.close()
    """
    about = "A noisy descent at a constant rate, in 128 runs at once; below, the floor of its loss against the rate."
    live, t = LiveFigure(9, 5.6, about=about), np.arange(LONGEST + 1)
    ax = live.figure.subplot_mosaic([["loss"], ["floor"]], height_ratios=[2, 1])
    loss, strip, alpha = ax["loss"], ax["floor"], np.geomspace(1e-3, 0.999 * BORDER, 400)
    loss.set(
        xlim=(0, LONGEST),
        ylim=(1e-4, 30),
        yscale="log",
        xlabel="step",
        ylabel="loss: mean, middle half",
    )
    strip.set(
        xlim=(1e-3, 0.3),
        ylim=(1e-4, 100),
        xscale="log",
        yscale="log",
        xlabel="learning rate α",
        ylabel="floor",
    )
    strip.axvline(BORDER, color=style.DIVERGENCE, lw=1.5)
    plots.label(strip, "2/λmax", (BORDER, 1e-3), color=style.DIVERGENCE)
    band = live.animated(loss.fill_between(t, t, t, color=style.DOWNHILL, alpha=0.2, lw=0))
    dashed = {"color": style.GREY, "linestyle": "--", "lw": 1.5}
    line, level, theory, dropping, here, measured = live.animated(
        [
            *loss.plot([], [], color=style.DOWNHILL),
            *loss.plot([], [], **dashed),
            *strip.plot([], [], **dashed),
            loss.axvline(1, color=style.INK, lw=1),
            strip.axvline(1, color=style.INK, lw=1),
            *strip.plot([], [], "o", color=style.DOWNHILL, ms=9, mec="white"),
        ]
    )
    live.draggable(
        loss, "drop", (LONGEST, 12), along="x", label="step from which the rate is a tenth"
    )
    live.beneath(strip, "lr")

    @live.update(
        lr=FloatLogSlider(value=0.05, min=-3, max=math.log10(0.3), step=0.005),
        noise=FloatSlider(value=1, min=0, max=2, step=0.05),
    )
    def _(lr, noise, drop):
        _depth(loss, noise, deep=30)
        at, settles = round(drop[0]), lr < BORDER * (1 - 1e-9)
        alpha_is = (
            f"α = {lr:.4g}" if abs(lr / BORDER - 1) < 0.01 else f"α = {lr:.3g}"
        )  # which side of the border
        losses = _losses(_walk(lambda t: lr if t < at else lr / 10, LONGEST, noise)[0])
        high, low = (
            _expected(np.array([lr, lr / 10]), np.inf, noise) if settles else (np.nan, np.nan)
        )
        low = low if at < LONGEST else high
        _draw(line, band, t, losses)
        line.set_color(style.DOWNHILL if settles else style.DIVERGENCE)
        level.set_data([0, at, at, LONGEST], [high, high, low, low])
        theory.set_data(alpha, _expected(alpha, np.inf, noise))
        dropping.set_xdata([at, at])
        here.set_xdata([lr, lr])
        way = _losses((1 - lr * CURVATURES) ** t)  # the loss after each step, without noise
        arrived = int(np.argmax(np.r_[way, 0] <= 0.05 * high))
        measured.set_data([lr], [losses[arrived:at].mean() if at - arrived >= 20 else np.nan])
        tenth = (
            f" At step {at} the rate falls to a tenth; at the end"
            if at < LONGEST
            else " At the end"
        )
        end = f"{tenth} the loss is {losses[-1].mean():.2g}."
        if not settles:
            return f"{alpha_is} is not below 2/λmax = {BORDER:g}: the steep direction explodes, noise or not.{end}"
        if not noise:
            return (
                f"{alpha_is}: without noise there is no floor, and the loss goes on falling.{end}"
            )
        if at - arrived < 20:
            return f"{alpha_is}: the floor would be at {high:.2g}, but there is no time to arrive.{end}"
        found = f"hovers at {losses[arrived:at].mean():.2g} on average; the theory says {high:.2g}."
        return f"{alpha_is}: from step {arrived} on the loss {found}{end if at < LONGEST else ''}"

    return live


def _factor(times: float) -> str:
    return f"{times:,.0f}" if 10 <= times < 1e5 else f"{times:.2g}"


def _compared(losses: Array, lr: float, theirs: float) -> str:
    """How the runs end, losses (T+1, RUNS), beside the best constant rate, in words."""
    means, steps = losses.mean(axis=-1), len(losses) - 1
    mine, lost = means[-1], ~(means < 1e4)
    if lost[-1]:
        return f"diverges: at step {lost.argmax()} the mean loss has passed 10,000."
    low, high = np.quantile(losses[-1], (0.25, 0.75))
    spread = (
        f", {low:.2g} to {high:.2g} in the middle half of the runs" if high > 1.001 * low else ""
    )
    passed = f" (on the way it passed 10,000, at step {lost.argmax()})" if lost.any() else ""
    if 0.9 * mine <= theirs <= 1.1 * mine:
        beside = "about as much"
    elif theirs < mine:
        beside = f"{_factor(mine / theirs)} times less, and wins" if theirs else "nothing, and wins"
    else:
        beside = f"{_factor(theirs / mine)} times as much" if mine else "and yours nothing"
    return (
        f"mean loss {mine:.2g} after {steps} steps{passed}{spread}. "
        f"The best constant rate, {lr:.3g}, leaves {theirs:.2g}, {beside}."
    )


def _on_target(ends: Array) -> Array:
    """The places (2, RUNS) where the runs end; those that are further out, on the rim."""
    ends = np.clip(ends, -1e9, 1e9)
    return ends * np.minimum(1, RIM / np.maximum(np.hypot(*ends), RIM))


def designer(own: Own | None = None) -> LiveFigure:
    """Design a schedule: drag its own points, and see what it does to a noisy descent, in many runs at once.

    Its two handles are `high`, where it starts or peaks, and `low`, where it has fallen to. Below it the loss; on the
    target where every run ends, and a ring at their median distance from the minimum. The mark to beat is the constant
    rate with the least expected loss, on the same noise. own(t, total, high, low) → rate is a schedule of your own.

    >>> live = designer()
    >>> live.controls["schedule"].value = "step decay"
    >>> live.controls["low"].value = (0.25, 0.03)
    >>> print(live.summary)
    step_decay(lr=0.1, gamma=0.3, every=25): mean loss 0.0087 after 100 steps, 0.0016 to 0.0097 in the middle half of
    the runs. The best constant rate, 0.0255, leaves 0.016, 1.8 times as much.
    >>> live.close()
    """
    kinds, top = dict(KINDS), 1.2 * BORDER
    if own is not None:
        kinds["own"] = Kind(
            lambda high, low, total: (lambda t: own(t, total, high[1], low[1]), "own"),
            low=(1.0, 0.01),
        )
    about = "A schedule with its handles, the loss of 128 noisy runs that follow it, and where they end."
    live = LiveFigure(9, 5.6, about=about)
    ax = live.figure.subplot_mosaic([["rate", "target"], ["loss", "target"]], width_ratios=[1.5, 1])
    rate, loss, target = ax["rate"], ax["loss"], ax["target"]
    rate.set(xlim=(0, 1), ylim=(0, 1.04 * top), ylabel="learning rate α")
    loss.set(xlim=(0, 1), yscale="log", ylabel="loss: mean, middle half", xlabel="steps done")
    for axes in (rate, loss):
        axes.xaxis.set_major_formatter(PercentFormatter(1))
    rate.axhline(BORDER, color=style.DIVERGENCE, lw=1)
    plots.label(rate, "2/λmax", (0.99, BORDER), offset=(0, 8), ha="right", color=style.DIVERGENCE)
    mine, theirs = (
        {"color": style.DOWNHILL, "zorder": 5},
        {"color": style.GREY, "linestyle": "--", "lw": 1.5},
    )
    band = live.animated(loss.fill_between([0, 1], 1, 1, color=style.DOWNHILL, alpha=0.2, lw=0))
    curve, line, their_curve, their_line, wait = live.animated(
        [
            *rate.plot([], [], **mine, drawstyle="steps-post"),
            *loss.plot([], [], **mine, label="your schedule"),
            *rate.plot([], [], **theirs),
            *loss.plot([], [], **theirs, label="best constant rate"),
            *rate.plot([], [], color=style.ORANGE, linestyle=":", lw=1.5),
        ]
    )
    loss.legend(loc="upper right", borderaxespad=0)
    turn = np.linspace(0, 2 * np.pi, 73)
    circle = np.array([np.cos(turn), np.sin(turn)])
    target.set(xlim=(-0.53, 0.53), ylim=(-0.53, 0.53), aspect="equal", title="where the runs end")
    target.set_axis_off()
    for distance in (0.1, 0.2, 0.3, 0.4, RIM):
        target.plot(*distance * circle, color=style.PALE, lw=1)
    words = "rings 0.1 apart; on the rim: 0.5 or more"
    plots.label(target, words, (0, -RIM), offset=(0, -18), ha="center", color=style.GREY)
    dots = {"linestyle": "none", "marker": "o", "ms": 4, "mew": 0}
    their_ends, ends, their_ring, ring = live.animated(
        [
            *target.plot([], [], color=style.GREY, alpha=0.5, **dots),
            *target.plot([], [], color=style.DOWNHILL, alpha=0.6, **dots),
            *target.plot([], [], **theirs),
            *target.plot([], [], **mine),
        ]
    )
    cosine = kinds["cosine"]
    live.draggable(
        rate,
        "high",
        cosine.high,
        bounds=((0, 0.95), (1e-3, top)),
        label="start or peak of the schedule",
    )
    look = {"color": style.ORANGE, "label": "where the schedule has fallen to"}
    live.draggable(rate, "low", cosine.low, bounds=((0, 1), (0, top)), **look)
    shown, outcome = {}, {}

    @lru_cache(maxsize=4)
    def best_constant(steps: int, noise: float) -> tuple[float, Array]:
        candidates = np.geomspace(0.001, 0.99 * BORDER, 4_000)
        lr = float(candidates[np.argmin(_expected(candidates, steps, noise))])
        return lr, _walk(schedules.constant(lr), steps, noise)[0]

    @lru_cache(
        maxsize=1
    )  # an update that puts a handle where it belongs asks for the same walk again
    def walked(
        name: str, steps: int, noise: float, high: Handle, low: Handle
    ) -> tuple[str, Array, Array]:
        made, call = kinds[name].make(high, low, steps)
        return call, *_walk(made, steps, noise)

    def put(name: str, high: Handle, low: Handle) -> tuple[Handle, Handle]:
        """The handles where they belong for this schedule."""
        kind = kinds[name]
        if shown.get("name") != name:
            for handle, (left, right) in (("high", kind.high_between), ("low", kind.low_between)):
                live.controls[handle].along = "xy" if left < right else "y"
            if shown:
                high, low = kind.high, kind.low
        elif name == "constant" and low != shown["low"]:
            high = low  # either end lifts the line
        high = float(np.clip(high[0], *kind.high_between)), max(high[1], 1e-3)
        low = (
            float(np.clip(low[0], *kind.low_between)),
            high[1] if name == "constant" else min(low[1], high[1]),
        )
        shown.update(name=name, low=low)
        live.controls["high"].value, live.controls["low"].value = high, low
        return high, low

    @live.update(
        schedule=Dropdown(options=list(kinds), value="cosine"),
        noise=FloatSlider(value=1, min=0, max=2, step=0.05),
        steps=IntSlider(value=100, min=30, max=300, step=10),
    )
    def _(schedule, noise, steps, high, low):
        _depth(loss, noise, deep=1e4)
        high, low = put(schedule, high, low)
        call, points, rates = walked(schedule, steps, noise, high, low)
        lr, their_points = best_constant(steps, noise)
        share, losses = np.arange(steps + 1) / steps, _losses(points)
        _draw(line, band, share, losses)
        curve.set_data(share, np.r_[rates, rates[-1]])
        wait.set_data(([0, low[0]], [low[1], low[1]]) if kinds[schedule].waits else ([], []))
        their_curve.set_data([0, 1], [lr, lr])
        their_line.set_data(share, _losses(their_points).mean(axis=-1))
        for dots, circle_of, run in ((ends, ring, points), (their_ends, their_ring, their_points)):
            dots.set_data(*_on_target(run[-1]))
            circle_of.set_data(*circle * min(RIM, np.median(np.hypot(*run[-1]))))
        mean, their_mean = losses[-1].mean(), _losses(their_points[-1]).mean()
        line.set_color(style.DOWNHILL if mean < 1e4 else style.DIVERGENCE)
        outcome["half"] = noise > 0 and mean < their_mean / 2
        outcome["near"] = not noise and mean < 2 * their_mean
        said = f"{call}: {_compared(losses, lr, their_mean)}"
        return (
            said
            + " The orange handle: how long to wait, and what the rate falls to."
            * kinds[schedule].waits
        )

    live.goal("With noise: half the loss of the best constant rate", lambda seen: outcome["half"])
    live.goal(
        "Without noise: less than twice what the best constant rate leaves",
        lambda seen: outcome["near"],
    )
    return live
