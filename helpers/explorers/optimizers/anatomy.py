"""One step of one rule taken apart: gradient, memory, and the step that is made of both."""

from collections import defaultdict
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

import numpy as np
from ipywidgets import Dropdown, FloatLogSlider, FloatSlider, IntSlider, Play
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from helpers import surfaces
from helpers.descent import Path, descend
from helpers.explorers.optimizers.ground import Ground
from helpers.explorers.optimizers.rules import KEEPS_VELOCITY, RULES, Rule, as_rule, with_memory
from helpers.pictures import plots, says, style
from helpers.pictures.angles import angle_between
from helpers.pictures.live import LiveFigure
from helpers.pictures.rings import circle
from helpers.pictures.updates import Seen
from helpers.surfaces import Surface

Array = np.ndarray

STEPS = 100
FIRST_STEP = 6  # shown at first: a memory has something to remember
OVER = "That is the last step: press stop, then play, to see them again."
VELOCITY, SQUARES = style.PURPLE, style.TEAL
ARROW = 0.2  # length of the arrow that only shows a direction, as a share of the picture's width
CIRCLE = circle()
SQUARE = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1), (1, 1)])
BETA = 0.5
FIRST_STEP = 7  # at which the velocity points along the valley, and the gradient across
Learners = Callable[[Array, Array, dict, float, float], Array]
TINY = 1e-300  # in the place of a length of 0, to divide by

# ---- what it computes


class Task(NamedTuple):
    """A surface, and a rate and a start from which plain descent does not diverge on it."""

    surface: Surface
    lr: float
    start: tuple[float, float]


class Step(NamedTuple):
    """One step of a rule; arrays (2,), NaN in a memory that the rule does not keep."""

    theta: Array  # before the step
    loss: float  # there
    change: Array  # new θ − θ
    grad: Array
    velocity: Array  # memory["v"] or memory["m"] after the step
    squares: Array  # memory["s"] after the step


class Dissection(NamedTuple):
    """A descent of T steps, and what its rule held at each: gradient and memories, each (T, 2)."""

    path: Path
    grads: Array
    velocities: Array
    squares: Array

    def step(self, number: int) -> Step:
        """The step of this number; the first is 1."""
        before = number - 1
        points = self.path.points
        return Step(
            points[before],
            float(self.path.losses[before]),
            points[number] - points[before],
            self.grads[before],
            self.velocities[before],
            self.squares[before],
        )


def tasks() -> dict[str, Task]:
    """The surfaces to choose from, by name."""
    return {
        "bowl": Task(surfaces.bowl(20), 0.095, (-1.6, 0.9)),
        "turned bowl": Task(surfaces.bowl(10, 30), 0.1, (-1.8, 0.1)),
        "Himmelblau": Task(surfaces.himmelblau(), 0.01, (-0.5, -1.0)),
        "Rosenbrock": Task(surfaces.rosenbrock(), 0.001, (-1.2, 1.0)),
        "plateau": Task(surfaces.plateau(), 1.0, (-0.5, 1.5)),
        "saddle": Task(surfaces.saddle(), 0.1, (-1.5, 0.05)),
    }


def dissect(rule: Rule, surface: Surface, start: Array, lr: float, steps: int) -> Dissection:
    """Follow a rule downhill, and copy what it remembers after each step.

    >>> found = dissect(as_rule(RULES["Momentum"]), surfaces.bowl(10), (1.0, 1.0), 0.1, steps=2)
    >>> found.velocities.round(3).tolist()
    [[1.0, 10.0], [1.8, 9.0]]
    """
    memory: dict = defaultdict(float)
    grads, velocities, squares = np.full((3, steps, 2), np.nan)
    numbers = count()

    def update(theta: Array, grad: Array) -> Array:
        t = next(numbers)
        grads[t] = grad
        new = rule(theta, grad, memory, lr)
        velocities[t] = _for_each_weight(memory.get("v", memory.get("m")))
        squares[t] = _for_each_weight(memory.get("s"))
        return new

    return Dissection(descend(surface, start, update, steps), grads, velocities, squares)


def rule_of(name: str, beta: float, learners: Learners | None) -> Rule:
    """The rule of this name with momentum β; "your rule" is the learner's."""
    if learners is not None and name == "your rule":
        return lambda theta, grad, memory, lr: learners(theta, grad, memory, lr, beta)
    if name in KEEPS_VELOCITY:
        return as_rule(lambda lr: with_memory(name, lr, beta))
    return as_rule(RULES[name])


def _for_each_weight(remembered: Array | None) -> Array | tuple[float, float]:
    return remembered if np.shape(remembered) == (2,) else (np.nan, np.nan)


def has_velocity(found: Dissection) -> bool:
    """Whether the rule keeps one."""
    return bool(np.isfinite(found.velocities[0]).all())


def in_words(found: Dissection, number: int, lr: float) -> str:
    """What plain descent would do at the step of this number, and what the rule does."""
    diverged_at = int(found.path.diverged_at)
    if 0 <= diverged_at <= number:
        return (
            f"the descent diverged at step {diverged_at}. "
            "Choose an earlier step, or a smaller rate."
        )
    step = found.step(number)
    angle = angle_between(-step.grad, step.change)
    beside = "" if np.isnan(angle) else f", {angle:.0f}° beside −gradient"
    return (
        f"the slope is {says.pair(step.grad)}. Plain descent would move the weights by "
        f"{says.pair(-lr * step.grad)}, the rule moves them by {says.pair(step.change)}{beside}. "
        f"Loss {says.digits(step.loss, 2)}."
    )


# ---- what it draws


class Arrow:
    """An arrow in the units of its axes."""

    def __init__(self, live: LiveFigure, ax: Axes, color: str, zorder: float = 8) -> None:
        look = {"color": color, "units": "inches", "width": 0.035, "zorder": zorder}
        in_data = {"angles": "xy", "scale_units": "xy", "scale": 1}
        self._drawn = live.animated(ax.quiver([0.0], [0.0], [0.0], [0.0], **look, **in_data))

    def show(self, way: Array, at: Array | tuple[float, float] = (0.0, 0.0)) -> None:
        """Point from `at` along `way`; nowhere, where a part of it is NaN."""
        self._drawn.set_offsets([at])
        self._drawn.set_UVC([way[0]], [way[1]])


class Drawing:
    """Left the walk; in the middle what the rule remembers; right the step that it makes of it."""

    @style.context()
    def __init__(self, live: LiveFigure) -> None:
        self.above, memory, result = live.subplots(1, 3, width_ratios=[1.5, 1, 1])
        self._draw_walk(live)
        self._draw_memory(live, memory)
        self._draw_result(live, result)
        named = {
            "−gradient (left: direction only)": style.GRADIENT,
            "−velocity": VELOCITY,
            "√s, per weight (its shape)": SQUARES,
            "step": style.INK,
        }
        patches = [Patch(color=color, label=name) for name, color in named.items()]
        look = {"ncols": 4, "handlelength": 1, "handleheight": 0.6}
        live.figure.legend(handles=patches, loc="outside upper center", **look)

    def _draw_walk(self, live: LiveFigure) -> None:
        self.above.locator_params(nbins=6, integer=True)
        self._ground = Ground(self.above)
        (self._rest,) = live.animated(self.above.plot([], [], color=style.GREY, lw=1.2))
        self._path = live.animated(plots.descent(self.above, markersize=4))
        self._stars = live.animated(plots.minima(self.above, surfaces.bowl(1)))
        self._downhill = Arrow(live, self.above, style.GRADIENT)
        self._next = Arrow(live, self.above, style.INK, zorder=11)  # above the handle

    def _draw_memory(self, live: LiveFigure, ax: Axes) -> None:
        _draw_cross(ax, "remembered")
        self._slope = Arrow(live, ax, style.GRADIENT)
        self._velocity = Arrow(live, ax, VELOCITY)
        (self._ellipse,) = live.animated(ax.plot([], [], color=SQUARES, lw=2.5))

    def _draw_result(self, live: LiveFigure, ax: Axes) -> None:
        _draw_cross(ax, "the step ÷ α")
        self._divided = Arrow(live, ax, style.INK)
        (self._square,) = live.animated(ax.plot([], [], ":", color=SQUARES, lw=2))

    def choose(self, surface: Surface) -> None:
        """Draw the surface on which the rule walks."""
        self._ground.show(surface)
        self._stars.set_data(*surface.minima.T)

    def show(self, found: Dissection, number: int, lr: float) -> None:
        """Show the step of this number, and the walk before and after it."""
        step = found.step(number)
        self._show_walk(found.path.points, number, step)
        self._show_memory(step)
        self._show_result(step.change / lr, has_squares=not np.isnan(step.squares).all())

    def _show_walk(self, points: Array, number: int, step: Step) -> None:
        self._rest.set_data(*points[number - 1 :].T)
        self._path.set_data(*points[:number].T)
        length = ARROW * np.ptp(self.above.get_xlim())
        self._downhill.show(-length * step.grad / (np.linalg.norm(step.grad) or 1), step.theta)
        self._next.show(step.change, step.theta)

    def _show_memory(self, step: Step) -> None:
        half_axes = np.sqrt(step.squares)
        longest = np.nanmax([*np.linalg.norm([step.grad, step.velocity], axis=1), TINY])
        self._slope.show(-step.grad / longest)
        self._velocity.show(-step.velocity / longest)
        self._ellipse.set_data(*(CIRCLE * half_axes / np.fmax(half_axes.max(), TINY)).T)

    def _show_result(self, divided: Array, has_squares: bool) -> None:
        square = SQUARE if has_squares else np.nan * SQUARE
        longest = np.nanmax([*abs(divided), *square[0], TINY])
        self._divided.show(divided / longest)
        self._square.set_data(*(square / longest).T)


def _draw_cross(ax: Axes, title: str) -> None:
    """The two weights as directions, without numbers."""
    ends = (-1.15, 1.15)
    ax.set(xlim=ends, ylim=ends, aspect="equal", xticks=[], yticks=[])
    ax.set(xlabel="$w_1$ →", ylabel="$w_2$ →")
    ax.axhline(0, color=style.PALE, lw=1)
    ax.axvline(0, color=style.PALE, lw=1)
    ax.set_title(title, fontsize=11, fontweight="normal")


# ---- the figure


def anatomy(update: Learners | None = None) -> LiveFigure:
    """Take one step of a rule apart: the gradient, what the rule remembers, the step made of both.

    Left the path so far, the direction of plain descent, and the next step, to the scale of the
    picture. In the middle −gradient and −velocity, to one scale, and the memory of squared
    gradients as an ellipse with half axes in the ratio of √s, drawn as large as it can be. Right
    the step ÷ α; where there are squared gradients, the dotted square of steps that are α along
    both.

    Controls: `rule`, `surface` (a choice that sets rate and start), the rate `lr` (α), the momentum
    `beta` (β, Adam's β₁), the `start` (w₁, w₂), and `step`, counted from 1, which `play` moves on.

    `update`, a rule as the lesson writes it, is shown first: update(theta, grad, memory, lr, beta)
    → new theta, arrays (2,), with a dictionary `memory` in which everything is 0 before the first
    step. Shown are memory["v"] or memory["m"], the velocity, and memory["s"], the squared
    gradients. What the rule raises, and the step at which it diverges, is said under the picture.

    >>> live = anatomy()
    >>> live.controls["rule"].value, live.controls["step"].value = "AdaGrad", 1
    >>> print(live.summary)
    AdaGrad, bowl, α = 0.095, step 1: the slope is (−1.6, 18). Plain descent would move the weights
    by (0.15, −1.7), the rule moves them by (0.095, −0.095), 40° beside −gradient. Loss 9.4.
    >>> live.close()
    """
    about = (
        "One step of an optimizer taken apart: "
        "the gradient, what the rule remembers, and the step made of both."
    )
    live = LiveFigure(9, 4.2, about=about)
    _connect(live, Drawing(live), update)
    return live


def _connect(live: LiveFigure, drawing: Drawing, learners: Learners | None) -> None:
    shown = tasks()
    rules = [*(["your rule"] if learners else []), *RULES]
    start = {"color": style.DOWNHILL, "anywhere": True, "bounds": shown["bowl"].surface.domain}
    handle = live.draggable(drawing.above, "start", shown["bowl"].start, **start)
    _play_the_steps(live)

    @live.when("surface")
    def _(surface):
        task = shown[surface]
        drawing.choose(task.surface)
        handle.bounds = task.surface.domain
        handle.value = task.start
        live.controls["lr"].value = task.lr

    @live.when("rule", "surface", "start", "lr", "beta")
    def dissected(rule, surface, start, lr, beta):
        walks = rule_of(rule, beta, learners)
        return dissect(walks, shown[surface].surface, start, lr, STEPS)

    @live.update(
        rule=Dropdown(options=rules, value=rules[0] if learners else "Momentum"),
        surface=Dropdown(options=list(shown)),
        lr=FloatLogSlider(value=shown["bowl"].lr, min=-4, max=1, step=0.02, readout_format=".4f"),
        beta=FloatSlider(value=BETA, min=0, max=0.99, step=0.01, description="β"),
        step=IntSlider(value=FIRST_STEP, min=1, max=STEPS),
        play=Play(value=FIRST_STEP, min=1, max=STEPS, interval=150),
    )
    def _(rule, surface, lr, beta, step):
        found = dissected.value
        drawing.show(found, step, lr)
        momentum = f", β = {says.fixed(beta)}" if has_velocity(found) else ""
        head = f"{rule}, {surface}, α = {says.digits(lr)}{momentum}, step {step}"
        over = "" if step < STEPS else f" {OVER}"
        return Seen(
            f"{head}: {in_words(found, step, lr)}{over}",
            number=step,
            step=found.step(step),
            diverged_at=int(found.path.diverged_at),
        )


def _play_the_steps(live: LiveFigure) -> None:
    """Keep the slider `step` and the button `play` at one step, whichever of them moved."""

    @live.when("play")
    def _(play):
        live.controls["step"].value = play

    @live.when("step")
    def _(step):
        live.controls["play"].value = step
