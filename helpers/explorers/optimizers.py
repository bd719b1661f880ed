"""Lesson 06, optimizers: one rule taken apart; from `momentum` the map of rate and momentum, from `races` who is first.

A rule is a function as the lesson writes it: `rule(theta, grad, memory, lr)` returns the new weights and keeps what it
remembers in the dictionary `memory`, where everything is 0 before the first step. The picture shows `memory["v"]` or
`memory["m"]` (the velocity) and `memory["s"]` (the squared gradients).
"""

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, IntSlider, Play
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.quiver import Quiver

from helpers import surfaces
from helpers.descent import Path, descend
from helpers.explorers.momentum import map  # noqa: F401 (lessons find all three here)
from helpers.explorers.races import RULES, race  # noqa: F401
from helpers.optim import Optimizer
from helpers.pictures import plots, style
from helpers.pictures.live import LiveFigure
from helpers.surfaces import Surface

Array = np.ndarray
Rule = Callable[[Array, Array, dict, float], Array]

VELOCITY, SQUARES = style.PURPLE, style.TEAL
MEMORY = {"momentum_buffer": "v", "exp_avg": "m", "sum": "s", "square_avg": "s", "exp_avg_sq": "s"}
TURN = np.linspace(0, 2 * np.pi, 73)
CIRCLE = np.stack([np.cos(TURN), np.sin(TURN)], axis=-1)


class Dissected(NamedTuple):
    """A descent and what its rule held at each step: gradient, velocity and squared gradients, each (T, 2)."""

    path: Path
    grads: Array
    velocities: Array
    squares: Array


def _rule(make: Callable[[float], Optimizer]) -> Rule:
    """One of helpers.optim as a rule of the lesson, with the lesson's names for what it remembers."""

    def rule(theta: Array, grad: Array, memory: dict, lr: float) -> Array:
        optimizer = memory["optimizer"] = memory["optimizer"] or make(lr)
        new = theta.copy()
        optimizer.step(new, grad)
        memory.update(
            {MEMORY.get(name, name): array.copy() for name, array in optimizer.state.items()}
        )
        return new

    return rule


def _dissect(rule: Rule, surface: Surface, start: tuple, lr: float, steps: int) -> Dissected:
    memory, held = defaultdict(float), []

    def update(theta: Array, grad: Array) -> Array:
        new = rule(theta, grad, memory, lr)
        found = (grad, memory.get("v", memory.get("m")), memory.get("s"))
        held.append([part if np.shape(part) == (2,) else (np.nan, np.nan) for part in found])
        return new

    path = descend(surface, start, update, steps)
    held += [np.full((3, 2), np.nan)] * (steps - len(held))
    return Dissected(path, *np.swapaxes(np.array(held, float), 0, 1))


@style.context()
def anatomy(update: Rule | None = None) -> LiveFigure:
    """Take one step of one rule apart: the gradient, what the rule remembers, and the step that it makes of both.

    Left the path so far, the direction of plain descent and the step that comes next, to the scale of the picture.
    Middle, to one scale: −gradient, −velocity, and the memory of squared gradients as an ellipse with the half axes √s,
    both as they are remembered (Adam's before the correction). Right the step ÷ α; where there are squared gradients,
    the dotted circle has the radius 1. `update`, a rule as the lesson writes it, is shown first.

    >>> live = anatomy()
    >>> live.controls["rule"].value, live.controls["step"].value = "AdaGrad", 1
    >>> print(live.summary)
    AdaGrad, bowl, α = 0.1, step 1: the slope is (-1.6, 9). Plain descent would move the weights by (0.16, -0.9),
    the rule moves them by (0.1, -0.1), 35° beside −gradient. Loss 5.3.
    >>> live.close()
    """
    rules = {name: _rule(make) for name, make in RULES.items()}
    rules = ({"your rule": update} if update else {}) | rules
    shown = {  # a surface, a rate that suits plain descent, a start
        "bowl": (surfaces.bowl(10), 0.1, (-1.6, 0.9)),
        "turned bowl": (surfaces.bowl(10, 30), 0.1, (-1.8, 0.1)),
        "Himmelblau": (surfaces.himmelblau(), 0.01, (-0.5, -1.0)),
        "Rosenbrock": (surfaces.rosenbrock(), 0.001, (-1.2, 1.0)),
        "plateau": (surfaces.plateau(), 1.0, (-0.5, 1.5)),
        "saddle": (surfaces.saddle(), 0.1, (-1.5, 0.05)),
    }
    about = "One step of an optimizer taken apart: the gradient, what the rule remembers, and the step made of both."
    live, steps = LiveFigure(9, 4.2, about=about), 100
    above, memory, result = live.subplots(1, 3, width_ratios=[1.5, 1, 1])
    above.locator_params(nbins=6, integer=True)
    for ax, title in ((memory, "remembered, to one scale"), (result, "the step ÷ α")):
        ax.set(
            xlim=(-1.15, 1.15),
            ylim=(-1.15, 1.15),
            aspect="equal",
            xticks=[],
            yticks=[],
            xlabel="$w_1$ →",
        )
        ax.set_ylabel("$w_2$ →")
        ax.axhline(0, color=style.PALE, lw=1)
        ax.axvline(0, color=style.PALE, lw=1)
        ax.set_title(title, fontsize=11, fontweight="normal")
    (rest,) = live.animated(above.plot([], [], color=style.GREY, lw=1.2))
    path = live.animated(plots.descent(above, markersize=4))
    stars = live.animated(plots.minima(above, shown["bowl"][0]))
    down, step_taken = (_arrows(live, above, color) for color in (style.GRADIENT, style.INK))
    slope, velocity = (_arrows(live, memory, color) for color in (style.GRADIENT, VELOCITY))
    divided = _arrows(live, result, style.INK)
    (ellipse,) = live.animated(memory.plot([], [], color=SQUARES, lw=2.5))
    (circle,) = live.animated(result.plot([], [], ":", color=SQUARES, lw=2))
    step_taken.set_zorder(11)  # above the handle
    names = {
        "−gradient (left: direction only)": style.GRADIENT,
        "−velocity": VELOCITY,
        "√s, per weight": SQUARES,
    }
    patches = [
        Patch(color=color, label=name) for name, color in (names | {"step": style.INK}).items()
    ]
    live.figure.legend(
        handles=patches, loc="outside upper center", ncols=4, handlelength=1, handleheight=0.6
    )
    start, domain = shown["bowl"][2], shown["bowl"][0].domain
    handle = live.draggable(
        above, "start", start, color=style.DOWNHILL, anywhere=True, bounds=domain
    )
    now = {"surface": "", "play": 1}

    @lru_cache(maxsize=2)
    def dissect(rule: str, surface: str, start: tuple, lr: float) -> Dissected:
        return _dissect(rules[rule], shown[surface][0], start, lr, steps)

    def show(surface: Surface) -> None:
        """Everything that only changes with the surface."""
        for drawn in set(above.collections) - {down, step_taken}:
            drawn.remove()
        plots.contours(above, surface)
        handle.bounds = surface.domain
        stars.set_data(*surface.minima.T)

    @live.update(
        rule=Dropdown(options=list(rules)),
        surface=Dropdown(options=list(shown)),
        lr=FloatLogSlider(value=0.1, min=-4, max=1, step=0.02, readout_format=".4f"),
        step=IntSlider(value=1, min=1, max=steps),
        play=Play(value=1, min=1, max=steps, interval=150),
    )
    def _(rule, surface, lr, start, step, play):
        if now["surface"] != surface:
            show(shown[surface][0])
            if now["surface"]:
                live.controls["lr"].value, live.controls["start"].value = lr, start = shown[
                    surface
                ][1:]
            now["surface"] = surface
        step = play if play != now["play"] else step
        live.controls["step"].value = live.controls["play"].value = now["play"] = step
        walk, done = dissect(rule, surface, start, lr), step - 1
        points, lost = walk.path.points, int(walk.path.diverged_at)
        rest.set_data(*points[done:].T)
        path.set_data(*points[:step].T)
        here, grad, moved = points[done], walk.grads[done], points[step] - points[done]
        reach = 0.2 * np.ptp(shown[surface][0].domain[0])
        _point(down, here, -reach * grad / (np.linalg.norm(grad) or 1))
        _point(step_taken, here, moved)
        arrows, axes = np.array([-grad, -walk.velocities[done]]), np.sqrt(walk.squares[done])
        unit = np.nanmax([*np.linalg.norm(arrows, axis=1), *axes, 1e-300])
        _point(slope, (0, 0), arrows[0] / unit)
        _point(velocity, (0, 0), arrows[1] / unit)
        ellipse.set_data(*(CIRCLE * axes / unit).T)
        moved, axes = moved / lr, np.where(np.isnan(axes), np.nan, 1.0)
        unit = np.nanmax([np.linalg.norm(moved), *axes, 1e-300])
        _point(divided, (0, 0), moved / unit)
        circle.set_data(*(CIRCLE * axes / unit).T)
        head = f"{rule}, {surface}, α = {lr:.3g}, step {step}:"
        if 0 <= lost <= step:
            return f"{head} the descent diverged at step {lost}. Choose an earlier step, or a smaller rate."
        beside = _degrees(-grad, moved)
        return (
            f"{head} the slope is {_pair(grad)}. Plain descent would move the weights by {_pair(-lr * grad)}, "
            f"the rule moves them by {_pair(lr * moved)}{beside}. Loss {walk.path.losses[done]:.2g}."
        )

    return live


def _arrows(live: LiveFigure, ax: Axes, color: str) -> Quiver:
    """An arrow in the units of the axes, to be placed by `_point`."""
    look = {
        "angles": "xy",
        "scale_units": "xy",
        "scale": 1,
        "units": "inches",
        "width": 0.035,
        "zorder": 8,
    }
    return live.animated(ax.quiver([0.0], [0.0], [0.0], [0.0], color=color, **look))


def _point(arrow: Quiver, at: Array, way: Array) -> None:
    arrow.set_offsets([at])
    arrow.set_UVC([way[0]], [way[1]])


def _pair(values: Array) -> str:
    return "(" + ", ".join(f"{value:.2g}" for value in values) + ")"


def _degrees(one: Array, other: Array) -> str:
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    if not lengths > 0:
        return ""
    return f", {np.degrees(np.arccos(np.clip(one @ other / lengths, -1, 1))):.0f}° beside −gradient"
