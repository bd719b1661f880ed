"""Lesson 03, gradient descent: guessing, the rate on a parabola and in a bowl; from `landscapes`, what is not convex.

`update` is a rule as the lesson writes it: `update(theta, grad, lr)` returns the new weights.
"""

from functools import cache

import numpy as np
from ipywidgets import Checkbox, FloatLogSlider, FloatSlider, IntSlider
from matplotlib.collections import PolyCollection

from helpers import surfaces
from helpers.descent import Path, descend
from helpers.explorers.descent.landscape import Update, _downhill
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure

Array = np.ndarray


def guessing(budget: int = 300, tasks: int = 40) -> LiveFigure:
    """Guess the weights of a linear regression, or walk downhill: the share of the loss left at equal evaluations.

    Guesses come from the distribution of the true weights. Descent starts at 0 and pays for its slopes by nudging:
    D + 1 evaluations a step. Lines are medians over `tasks` regressions of 100 examples, bands the middle half.

    >>> live = guessing()
    >>> live.controls["weights"].value = 20
    >>> live.summary
    '20 weights, 300 evaluations: the best guess leaves 77 % of the loss, gradient descent 0.06 %.'
    >>> live.close()
    """
    about = "The share of the loss left by the best random guess so far, and by gradient descent."
    live = LiveFigure(9, 3.8, about=about)
    ax, spent = live.subplots(), np.arange(1, budget + 1)
    ax.set(
        xlim=(0, budget),
        ylim=(1e-6, 3),
        yscale="log",
        xlabel="evaluations of the loss",
        ylabel="share of the loss",
    )
    looks = {"best guess\nso far": style.ORANGE, "gradient\ndescent": style.DOWNHILL}
    bands = [
        live.animated(ax.fill_between(spent, spent, spent, color=c, alpha=0.2, lw=0))
        for c in looks.values()
    ]
    lines = live.animated(
        [ax.plot(spent, spent, color=color, label=name)[0] for name, color in looks.items()]
    )
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5), labelspacing=1)

    @cache
    def race(weights: int) -> Array:
        """Quartiles of the loss left after each evaluation, by the best guess and by descent: (2, 3, budget)."""
        rng = np.random.default_rng(weights)
        X, truth = rng.normal(size=(tasks, 100, weights)), rng.normal(size=(tasks, 1, weights))
        H = np.swapaxes(X, 1, 2) @ X / 100  # the loss is ½ (θ − truth)ᵀ H (θ − truth)

        def losses(away: Array) -> Array:
            return np.einsum("sgd,sgd->sg", away @ H, away)

        guessed = losses(rng.normal(size=(tasks, budget, weights)) - truth)
        walk = [-truth]
        for _ in range(budget // (weights + 1)):
            walk.append(_downhill(walk[-1], walk[-1] @ H, lr=0.4))
        walked = losses(np.concatenate(walk, axis=1))[:, spent // (weights + 1)]
        left = np.array([np.minimum.accumulate(guessed, axis=1), walked]) / losses(truth)
        return np.quantile(left, (0.25, 0.5, 0.75), axis=1).swapaxes(0, 1)

    @live.update(weights=IntSlider(value=10, min=1, max=40))
    def _(weights):
        for line, band, (low, middle, high) in zip(lines, bands, race(weights)):
            line.set_data(spent, middle)
            band.set_verts([np.r_[np.c_[spent, low], np.c_[spent, high][::-1]]])
        shares = 100 * race(weights)[:, 1, -1]
        guess, walk = (
            f"{share:.2g} %" if share >= 1e-4 else "less than 0.0001 %" for share in shares
        )
        return (
            f"{weights} weight{'s' * (weights > 1)}, {budget} evaluations: "
            f"the best guess leaves {guess} of the loss, gradient descent {walk}."
        )

    return live


def parabola(curvature: float = 4.0, update: Update = _downhill) -> LiveFigure:
    """The picture of the course: one weight on J(w) = ½Lw², and the rate α on a slider with the borders 1/L and 2/L.

    The strip at the bottom is the slider's scale: the shrink |1 − αL| that theory says, and the first step's as a dot.
    Start and rate can be dragged; `plus` turns the minus sign of the rule into a plus, and the shrink into 1 + αL.

    >>> live = parabola(curvature=4.0)
    >>> live.controls["lr"].value = 0.4
    >>> print(live.summary)
    α = 0.400 overshoots and settles: each step leaves 0.60 of the distance, on the other side.
    Loss after 60 steps: 4.8e-27.
    >>> live.close()
    """
    surface, steps, top = surfaces.parabola(curvature), 60, 2.8 / curvature
    about = f"Gradient descent on a parabola of curvature L = {curvature:g}, its loss, and its shrink per step."
    live = LiveFigure(9, 5.2, about=about)
    ax = live.figure.subplot_mosaic(
        [["valley", "losses"], ["rate", "rate"]], height_ratios=[2.6, 1]
    )
    valley, losses, rate = ax["valley"], ax["losses"], ax["rate"]
    w, alpha = np.linspace(-1.6, 1.6, 201), np.linspace(0, top, 281)
    valley.plot(w, curvature / 2 * w**2, color=style.GREY)
    valley.set(
        xlim=(-1.6, 1.6),
        ylim=(-0.06 * curvature, 1.3 * curvature),
        xlabel="weight w",
        ylabel="loss J(w)",
    )
    losses.set(xlim=(0, steps), ylim=(1e-16, 1e6), yscale="log", xlabel="step", ylabel="loss J")
    (theory,) = rate.plot(alpha, alpha, color=style.GREY)
    rate.set(xlim=(0, top), xlabel="learning rate α")
    minus = []  # what holds only as long as the rule has its minus sign
    zones = [("crawl", 0, 0.2), ("glide", 0.2, 1), ("overshoot, settle", 1, 2), ("explode", 2, 2.8)]
    for (name, low, high), color in zip(zones, ["#EEF1F4", "#DCEAF5", "#CFE9E0", "#F6D5DC"]):
        minus.append(rate.axvspan(low / curvature, high / curvature, color=color, lw=0))
        minus.append(
            plots.label(rate, name, ((low + high) / 2 / curvature, 2.4), offset=(0, 0), ha="center")
        )
    for part, meaning, color in (
        (1, "one step", style.MINIMUM),
        (2, "swings for ever", style.DIVERGENCE),
    ):
        words = f"{part}/L = {part / curvature:.3g}: {meaning}"
        minus.append(rate.axvline(part / curvature, color=color, lw=1.5))
        minus.append(plots.label(rate, words, (part / curvature, 1.95), color=color))
    path, curve = live.animated(
        [plots.descent(valley, mec="white", mew=0.5, markersize=6), plots.descent(losses)]
    )
    here, dot = live.animated(
        [rate.axvline(0, color=style.INK, lw=1), *rate.plot([], [], "o", color=style.INK)]
    )
    bounds = ((-1.5, 1.5), valley.get_ylim())
    live.draggable(valley, "start", (1.0, curvature / 2), along="x", bounds=bounds, anywhere=True)
    live.beneath(rate, "lr")
    slider = FloatSlider(value=0.4 / curvature, min=0, max=top, step=0.02 / curvature)

    def turn(plus: bool) -> None:
        """The strip for a rule with a minus, or with a plus."""
        theory.set_ydata(1 + alpha * curvature if plus else abs(1 - alpha * curvature))
        rate.set(ylim=(0, 4 if plus else 2.7), yticks=range(4 if plus else 3))
        rate.set_ylabel("growth\n1 + αL" if plus else "shrink\n|1 − αL|")
        for drawn in minus:
            drawn.set_visible(not plus)

    turned = []

    @live.update(lr=slider, plus=Checkbox(description="plus: w + α × slope"))
    def _(start, lr, plus):
        if turned != [plus]:
            turn(plus)
            turned[:] = [plus]
        first, sign = start[0], -1 if plus else 1
        live.controls["start"].value = (first, curvature / 2 * first**2)
        walked = descend(
            surface, [first], lambda theta, grad: update(theta, sign * grad, lr), steps
        )
        ratio = walked.points[1, 0] / first if first else np.nan
        steady = _same_at_each_step(walked.points, ratio)
        path.set_data(walked.points[:, 0], walked.losses)
        curve.set_data(np.arange(steps + 1), walked.losses)
        here.set_xdata([lr, lr])
        dot.set_data([lr], [min(abs(ratio), rate.get_ylim()[1])])
        lost = walked.diverged_at >= 0 or (steady and abs(ratio) > 1 + 1e-9)
        for line in (path, curve):
            line.set_color(style.DIVERGENCE if lost else style.DOWNHILL)
        if first == 0 and walked.losses[-1] == 0:
            return "The start is the minimum: the slope is 0 there, and no step moves the weight."
        return f"α = {lr:.3f} {_regime(ratio, steady)}. {_outcome(walked)}"

    return live


def _same_at_each_step(errors: Array, ratios: Array) -> bool:
    """Whether every step multiplies the errors (T+1, D) by the ratios (D,) of the first one, but for rounding."""
    before, after = errors[:-1], errors[1:]
    noise = 1e-6 * abs(before) + 1e-12 * abs(before).max(axis=-1, keepdims=True) + 1e-100
    return not np.any(abs(after - ratios * before) > noise)


def _regime(ratio: float, steady: bool) -> str:
    """What the first step on a parabola did to the distance; where it is `steady`, all others do the same."""
    if not np.isfinite(ratio):
        return "leaves no number to compare the first step with"
    if not steady:
        return f"goes by a rule of its own: the first step leaves {ratio:.2f} of the distance, later ones differ"
    if abs(ratio) < 1e-9:
        return "arrives in one step: nothing of the distance is left"
    if abs(abs(ratio) - 1) < 1e-9:
        return (
            "stays where it is"
            if ratio > 0
            else "swings for ever: each step lands as far away, on the other side"
        )
    size, side = f"{abs(ratio):.2f}", ", on the other side" if ratio < 0 else ""
    if abs(ratio) > 1:
        return f"{'climbs' if ratio > 0 else 'explodes'}: each step leads to {size} times the distance{side}"
    name = "overshoots and settles" if ratio < 0 else "crawls" if ratio > 0.8 else "glides"
    return f"{name}: each step leaves {size} of the distance{side}"


def _outcome(walked: Path) -> str:
    """How a single descent ended."""
    step = int(walked.diverged_at)
    if step < 0:
        return f"Loss after {len(walked.losses) - 1} steps: {walked.losses[-1]:.2g}."
    return f"It diverged at step {step}{'' if np.isfinite(walked.losses[step]) else ': no finite number any more'}."


def bowl(update: Update = _downhill) -> LiveFigure:
    """Two weights, one rate: a flat direction of curvature λmin = 1 and a steep one of λmax = `condition`.

    Left the path, a bar along −gradient, and on request Newton's step; right the error along each direction.
    The strip is the slider's scale: both shrinks |1 − αλ|, the best rate 2/(λmin + λmax) and the border 2/λmax.

    >>> live = bowl()
    >>> live.controls["condition"].value = 50
    >>> live.controls["lr"].value = 0.05
    >>> print(live.summary)
    α = 0.0500 diverges along the steep direction, at step 23: each step leads to 1.50 times the error.
    −gradient at the start points 70° beside the minimum.
    >>> live.close()
    """
    about = "Gradient descent in a bowl, its error along the flat and the steep direction, and its shrink per step."
    live, steps = LiveFigure(9, 5.6, about=about), 100
    ax = live.figure.subplot_mosaic(
        [["valley", "errors"], ["rate", "rate"]], height_ratios=[2.6, 1]
    )
    valley, errors, rate = ax["valley"], ax["errors"], ax["rate"]
    alpha, turn = np.geomspace(1e-3, 4, 300), np.linspace(0, 2 * np.pi, 72, endpoint=False)
    rings = np.linspace(3, 0.25, 12)[:, None, None] * np.stack(
        [np.cos(turn), np.sin(turn)], axis=-1
    )
    valley.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal", xlabel="$w_1$", ylabel="$w_2$")
    errors.set(
        xlim=(0, steps),
        ylim=(1e-9, 1e4),
        yscale="log",
        xlabel="step",
        ylabel="error along a direction",
    )
    rate.set(
        xlim=(1e-3, 4),
        ylim=(0, 2.2),
        xscale="log",
        xlabel="learning rate α",
        ylabel="shrink\n|1 − αλ|",
    )
    rate.axhline(1, color=style.PALE, lw=1)
    looks = {"flat direction": style.TEAL, "steep direction": style.PURPLE}
    shades = style.SURFACE(np.linspace(1, 0, len(rings)))
    contours = PolyCollection([], facecolors=shades, edgecolors=style.GREY, linewidths=0.3)
    live.animated(valley.add_collection(contours, autolim=False))
    slope, newton_step, _ = live.animated(
        [
            *valley.plot([], [], color=style.GRADIENT, lw=5, zorder=5, label="−gradient"),
            *valley.plot([], [], **style.OPTIMIZERS["Newton"], zorder=5, label="Newton's step"),
            *valley.plot(0, 0, "*", color=style.MINIMUM, ms=14, mec="white", zorder=5),
        ]
    )
    path = live.animated(plots.descent(valley))
    curves = live.animated(
        [errors.plot([], [], color=color, label=name)[0] for name, color in looks.items()]
    )
    shrinks = live.animated(
        [rate.plot(alpha, alpha, color=color, lw=1.5)[0] for color in looks.values()]
    )
    best, border, here = live.animated(
        [
            *rate.plot([], [], "*", color=style.MINIMUM, ms=13, label="best: 2/(λmin + λmax)"),
            rate.axvline(1, color=style.DIVERGENCE, lw=2, label="border: 2/λmax"),
            rate.axvline(1, color=style.INK, lw=1),
        ]
    )
    for axes in (valley, errors):  # above the axes: curves cross every corner
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0, borderpad=0.2
        )
    newtons_name = [valley.get_legend().get_lines()[1], valley.get_legend().get_texts()[1]]
    rate.legend(loc="upper left")
    live.draggable(valley, "start", (-1.8, -0.45), anywhere=True)
    live.beneath(rate, "lr")

    @live.update(
        lr=FloatLogSlider(
            value=10**-1.096, min=-3, max=np.log10(4), step=0.002
        ),  # 0.08 is not on its grid
        condition=FloatLogSlider(value=10**1.3, min=0, max=2, step=0.02),
        angle=IntSlider(value=30, min=0, max=90, description="angle °"),
        newton=Checkbox(description="Newton's step"),
    )
    def _(start, lr, condition, angle, newton):
        surface, (cos, sin) = (
            surfaces.bowl(condition, angle),
            (np.cos(np.radians(angle)), np.sin(np.radians(angle))),
        )
        directions = np.array([[cos, -sin], [sin, cos]])  # columns: flat, steep
        walked = descend(surface, start, lambda theta, grad: update(theta, grad, lr), steps)
        left = np.abs(walked.points @ directions)
        contours.set_verts(rings * [np.sqrt(condition), 1] @ directions.T)
        path.set_data(*walked.points.T)
        words, lost = _error(walked, left)
        path.set_color(style.DIVERGENCE if lost else style.DOWNHILL)
        down = -surface.gradient(np.array(start))
        length = np.linalg.norm(down) or 1.0
        slope.set_data(*np.array([start, start + 0.8 * down / length]).T)
        newton_step.set_data(*(np.array([start, (0, 0)]).T if newton else ([], [])))
        for part in newtons_name:
            if part.get_visible() != newton:  # else the picture would be drawn afresh
                part.set_visible(newton)
        for curve, shrink, error, curvature in zip(curves, shrinks, left.T, (1, condition)):
            curve.set_data(np.arange(steps + 1), error)
            shrink.set_ydata(abs(1 - alpha * curvature))
        best.set_data([2 / (1 + condition)], [(condition - 1) / (condition + 1)])
        border.set_xdata([2 / condition] * 2)
        here.set_xdata([lr, lr])
        away = np.linalg.norm(start)
        if away == 0:
            return "The start is the minimum: the slope is 0 there, and no step moves the weights."
        beside = np.degrees(np.arccos(np.clip(down @ np.negative(start) / (length * away), -1, 1)))
        lands = " Newton's step lands on the minimum, whatever the condition." if newton else ""
        return f"α = {lr:.4f} {words} −gradient at the start points {beside:.0f}° beside the minimum.{lands}"

    return live


def _error(walked: Path, left: Array) -> tuple[str, bool]:
    """What a descent in the bowl did to its errors along the flat and the steep direction, left (T+1, 2): in words, and
    whether it is lost, that is has diverged or will."""
    step = int(walked.diverged_at)
    ratios = np.where(
        left[0] > 1e-9 * left[0].max(), left[1] / left[0], np.nan
    )  # none for what is only rounding
    steady = _same_at_each_step(left, ratios)
    found = [
        (f"along the {name} direction", r)
        for name, r in zip(("flat", "steep"), ratios)
        if np.isfinite(r)
    ]
    kept = " and ".join(
        f"{ratio:.2f} {along}" for along, ratio in found if not steady or ratio <= 1 + 1e-9
    )
    grown = " and ".join(
        f"{along} to {ratio:.2f} times" for along, ratio in found if steady and ratio > 1 + 1e-9
    )
    if grown and step >= 0:
        along, ratio = max(found, key=lambda pair: pair[1])
        return (
            f"diverges {along}, at step {step}: each step leads to {ratio:.2f} times the error.",
            True,
        )
    if grown:
        rest = f", and leaves {kept}" if kept else ""
        return f"lets the error grow at each step {grown}{rest}. {_outcome(walked)}", True
    once = "at each step" if steady else "at the first step (later ones differ)"
    return f"leaves {once}, of the error, {kept or 'no number'}. {_outcome(walked)}", step >= 0
