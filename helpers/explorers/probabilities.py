"""The figures of lesson 02 that show probabilities: softmax, the flat tail, divergence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ipywidgets import FloatLogSlider, FloatSlider, IntSlider, ToggleButtons
from matplotlib.collections import LineCollection

from helpers import functions, losses
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure

Array = np.ndarray

ANIMALS = ("cat", "dog", "bird")


def softmax() -> LiveFigure:
    """Three scores, the probabilities that softmax makes of them, and the loss for the true class.

        p = softmax(z / T)        loss = −log p[true]

    A temperature T below 1 sharpens, one above 1 levels. Adding the same to all scores changes nothing.
    The class with the dark edge is the true one.

    >>> live = softmax()
    >>> for name, score in (("cat", 2.2), ("dog", 0.0), ("bird", -10.0)):
    ...     live.controls[name].value = score
    >>> live.summary
    'Probabilities: cat 90.0 %, dog 10.0 %, bird below 0.01 %. It is a cat, and that costs −log p = 0.105.'
    >>> live.close()
    """
    live = LiveFigure(
        9, 3.6, about="Three scores become three probabilities; the loss is −log of the true one."
    )
    scores, chances, price = live.subplots(1, 3)
    look = {"color": style.CLASSES[:3], "edgecolor": style.INK}
    bars = [live.animated(ax.bar(ANIMALS, [0, 0, 0], **look).patches) for ax in (scores, chances)]
    scores.axhline(0, color=style.GREY, lw=0.8)
    scores.set(ylim=(-15, 15), yticks=range(-15, 16, 5), title="scores z")
    chances.set(ylim=(0, 1), ylabel="probability", title="p = softmax(z / T)")
    p = np.linspace(1e-4, 1, 400)
    price.plot(p, -np.log(p), color=style.GREY)
    price.set(xlim=(0, 1), ylim=(0, 7), xlabel="p of the true class", title="loss −log p")
    (drop,) = live.animated(price.plot([], [], lw=1, color=style.INK))
    (dot,) = live.animated(price.plot([], [], "o", markersize=9, clip_on=False))

    half = {"width": "430px"}  # two in a row: the scores one above the other, the rest beside them

    @live.update(
        cat=FloatSlider(2.0, min=-10, max=10, layout=half),
        temperature=FloatLogSlider(
            1, min=-1, max=1, step=0.02, description="temperature T", layout=half
        ),
        dog=FloatSlider(1.0, min=-10, max=10, layout=half),
        add_to_all=FloatSlider(0, min=-5, max=5, layout=half),
        bird=FloatSlider(-1.0, min=-10, max=10, layout=half),
        truth=ToggleButtons(
            options=ANIMALS, description="it is a", layout=half, style={"button_width": "90px"}
        ),
    )
    def _(cat, dog, bird, add_to_all, temperature, truth):
        z = np.array([cat, dog, bird]) + add_to_all
        log_p = functions.log_softmax(z / temperature)
        p, true = np.exp(log_p), ANIMALS.index(truth)
        for heights, patches in zip((z, p), bars):
            for k, patch in enumerate(patches):
                patch.set(height=heights[k], linewidth=2.5 * (k == true))
        loss = abs(log_p[true])
        shown = min(loss, 7)
        drop.set_data([0, p[true], p[true]], [shown, shown, 0])
        dot.set(
            data=([p[true]], [shown]), color=style.CLASSES[true], marker="^" if loss > 7 else "o"
        )
        parts = ", ".join(f"{name} {_percent(part)}" for name, part in zip(ANIMALS, p))
        beyond = ", beyond the picture" if loss > 7 else ""
        return (
            f"Probabilities: {parts}. It is a {truth}, and that costs −log p = {loss:.3f}{beyond}."
        )

    for name, control in live.controls.items():  # tracks of one length, in line
        control.style.description_width = "2.5em" if name in ANIMALS else "7.5em"
    live.goal(
        "Find scores that give the cat 90 %",
        lambda seen: abs(bars[1][0].get_height() - 0.9) < 0.005,
    )
    return live


def _percent(p: float) -> str:
    return "below 0.01 %" if p < 0.0001 else f"{100 * p:.{1 if p > 0.001 else 2}f} %"


@style.context()
def divergence() -> LiveFigure:
    """Two distributions over the outcomes 0 to 20, and what it costs to believe one where the other is true.

        H(p, q) = H(p) + KL(p‖q)        KL(p‖q) = Σ p log(p / q)

    Drag the top of p or q sideways to move it, up to make it narrow. Below, the terms of KL(p‖q): their sum is never
    negative.

    >>> live = divergence()
    >>> live.controls["q"].value = live.controls["p"].value
    >>> live.summary
    'H(p, q) = 1.64: H(p) = 1.64 is there anyway, KL(p‖q) = 0.00 is nothing: p and q are the same.'
    >>> live.close()
    """
    live = LiveFigure(
        9, 4.6, about="Two distributions p and q: cross-entropy is entropy plus divergence."
    )
    grid = live.figure.add_gridspec(2, 2, width_ratios=(1.9, 1), height_ratios=(1.6, 1))
    top, bottom, bars = (
        live.figure.add_subplot(grid[place]) for place in ((0, 0), (1, 0), (slice(None), 1))
    )
    outcomes, colors = np.arange(21), {"p": style.BLUE, "q": style.ORANGE}
    top.set(ylim=(0, 0.5), ylabel="probability", title="p (blue) and q (orange)")
    bottom.set(ylim=(-0.5, 3), xlabel="outcome", ylabel="p log(p / q) / nats")
    for ax in (top, bottom):
        ax.set(xlim=(-0.7, 20.7), xticks=range(0, 21, 5))
    bottom.axhline(0, color=style.GREY, lw=0.8)
    sticks = {
        k: live.animated(top.add_collection(LineCollection([], lw=7.5, color=colors[k])))
        for k in "pq"
    }
    terms = live.animated(bottom.add_collection(LineCollection([], lw=12, color=style.PURPLE)))
    names = ("H(p, q)\nbelieve q, p is true", "H(q, p)\nbelieve p, q is true")
    entropies = live.animated(
        bars.bar(names, [0, 0], color=list(colors.values()), width=0.6).patches
    )
    extras = live.animated(bars.bar(names, [0, 0], color=style.PURPLE, width=0.6).patches)
    bars.set(ylim=(0, 8), ylabel="nats", title="H + KL (purple)")
    cut = {
        "markersize": 9,
        "color": style.INK,
        "clip_on": False,
        "in_layout": False,
    }  # on bars that go on above
    cut_terms, cut_bars = (live.animated(ax.plot([], [], "^", **cut))[0] for ax in (bottom, bars))
    for name, at in (("p", (8.0, 0.32)), ("q", (11.0, 0.18))):
        live.draggable(
            top, name, at, bounds=((6, 14), (0.13, 0.5)), color=colors[name], label=f"top of {name}"
        )

    @live.update()
    def _(**tops):
        both = []
        for name, (middle, height) in tops.items():  # a bell as high as the handle
            both.append(functions.softmax(-np.pi * (height * (outcomes - middle)) ** 2))
            sticks[name].set_segments(
                _sticks(outcomes + (0.21 if name == "q" else -0.21), both[-1])
            )
        p, q = both
        each = p * np.log(p / q)
        terms.set_segments(_sticks(outcomes, each))
        h, kl = losses.entropy([p, q]), losses.kl_divergence([p, q], [q, p])
        for k in (0, 1):
            entropies[k].set_height(h[k])
            extras[k].set(y=h[k], height=kl[k])
        for mark, heights, top in ((cut_terms, each, 3), (cut_bars, h + kl, 8)):
            (over,) = np.nonzero(heights > top)
            mark.set_data(over, np.full(len(over), top))
        cost = f"H(p, q) = {h[0] + kl[0]:.2f}: H(p) = {h[0]:.2f} is there anyway, KL(p‖q) = {kl[0]:.2f} is"
        if kl.max() < 0.0005:
            return f"{cost} nothing: p and q are the same."
        cost += f" the price of believing q, the largest part ({each.max():.2f}) at outcome {each.argmax()}."
        over = [name for name, total in zip(("H(p, q)", "H(q, p)"), h + kl) if total > 8]
        cut_at = f" Cut at 8: the bar of {' and that of '.join(over)}." if over else ""
        return f"{cost} The other way round, KL(q‖p) = {kl[1]:.2f}.{cut_at}"

    def alike(seen) -> bool:
        forth, back = (patch.get_height() for patch in extras)
        return forth > 0.5 and abs(forth - back) < 0.02 * forth

    live.goal("Make both divergences the same and above 0.5", alike)
    return live


def _sticks(x: Array, heights: Array) -> Array:
    """Upright segments (N, 2, 2) from 0 to the heights."""
    return np.stack([x, 0 * x, x, heights], axis=-1).reshape(-1, 2, 2)


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _squared_slope(z: Array) -> Array:
    return 2 * (_sigmoid(z) - 1) * _sigmoid(z) * (1 - _sigmoid(z))


def _cross_entropy_slope(z: Array) -> Array:
    return _sigmoid(z) - 1


def tail(
    squared: Callable = _squared_slope, cross_entropy: Callable = _cross_entropy_slope
) -> LiveFigure:
    """Two losses of one score where the true answer is yes, and how far gradient descent gets on each.

        (σ(z) − 1)²   against   −log σ(z)        z ← z − slope(z): a rate of 1

    squared and cross_entropy are the slopes, functions of a score or an array of scores: the ones you wrote.

    >>> live = tail()
    >>> live.controls["score"].value = (-5.0, 0.0)
    >>> live.summary
    'After 12 steps from −5.0. Squared error: score −4.8, p 0.8 %, slope at the start −0.0132. Cross-...'
    >>> live.close()
    """
    live = LiveFigure(
        9,
        4,
        about="Squared error and cross-entropy of one score: values, slopes, and descent on each.",
    )
    left, right = live.subplots(1, 2, width_ratios=(1.3, 1))
    z = np.linspace(-10, 10, 201)
    kinds = {
        "squared error": (squared, (_sigmoid(z) - 1) ** 2),
        "cross-entropy": (cross_entropy, np.logaddexp(0, -z)),
    }
    colors = {"squared error": style.PURPLE, "cross-entropy": style.DOWNHILL}
    left.set(xlim=(-10, 10), ylim=(-1.2, 10), yticks=range(0, 11, 2), title="loss")
    right.set(xlim=(-10, 10), ylim=(1e-9, 10), yscale="log", title="size of the slope")
    trails, curves, dots = {}, {}, {}
    for name, at, beside in (
        ("squared error", (-9.5, 1.6), (-9.5, 1e-6)),
        ("cross-entropy", (-5.5, 7), (-9.5, 4)),
    ):
        left.plot(z, kinds[name][1], color=colors[name], lw=1.6)
        for ax, place in ((left, at), (right, beside)):
            ax.set(xticks=range(-10, 11, 5), xlabel="score z of the true class")
            plots.label(ax, name, place, offset=(0, 0), color=colors[name])
        trails[name] = live.animated(plots.descent(left, color=colors[name]))
        curves[name], dots[name] = live.animated(
            right.plot([], [], "-", [], [], "o", color=colors[name])
        )
    live.draggable(
        left, "score", (-8.0, -0.6), along="x", anywhere=True, bounds=((-10, 10), (-0.6, -0.6))
    )

    @live.update(steps=IntSlider(12, 0, 100))
    def _(score, steps):
        parts = []
        for name, (slope, values) in kinds.items():
            slopes = np.asarray(slope(z))
            if slopes.shape != z.shape:
                raise ValueError(
                    f"the slope of {name} must have the shape of the scores {z.shape}, got {slopes.shape}"
                )
            curves[name].set_data(z, np.abs(slopes))
            path = [score[0]]
            for _ in range(steps):
                path.append(path[-1] - slope(path[-1]))
            first = slope(score[0])
            if not np.isfinite([first, *path]).all():
                raise ValueError(
                    f"the slope of {name} is not a number on the way from score {score[0]:.1f}"
                )
            trails[name].set_data(path, np.interp(path, z, values))
            dots[name].set_data([score[0]], [abs(first)])
            size = f"{first:.4f}" if abs(first) >= 1e-4 else "smaller than 0.0001"
            end = (
                f"score {path[-1]:.1f}, p {_percent(_sigmoid(path[-1]))}, slope at the start {size}"
            )
            parts.append(f"{name.capitalize()}: {end}.")
        return f"After {steps} step{'s' * (steps != 1)} from {score[0]:.1f}. {' '.join(parts)}".replace(
            " -", " −"
        )

    return live
