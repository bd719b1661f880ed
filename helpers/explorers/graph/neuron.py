"""Lesson 04, backpropagation: a neuron as a graph, step by step; and a network that follows a curve drawn by hand."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from ipywidgets import Dropdown, IntSlider, Play
from matplotlib.collections import LineCollection

from helpers.autograd import Tensor
from helpers.engine import no_grad
from helpers.losses import mse
from helpers.module import Module
from helpers.nn import MLP
from helpers.optim import Adam
from helpers.pictures import graph, plots, style
from helpers.pictures.live import LiveFigure
from helpers.pictures.says import is_exact, number

Array = np.ndarray

INPUTS = {"x₁": 1.5, "w₁": 1.25, "x₂": -1.0, "w₂": 0.5, "b": -0.375, "−y": -2.5}
HANDLES = dict(zip(("x1", "w1", "x2", "w2", "b", "minus_y"), INPUTS))  # the control of each
NAMES = (
    "x₁",
    "w₁",
    "p₁",
    "x₂",
    "w₂",
    "p₂",
    "s",
    "b",
    "z",
    "a",
    "−y",
    "e",
    "J",
)  # in the order of the graph
COLUMNS = (
    0,
    1.2,
    2.1,
    3,
    3.9,
    4.8,
    6,
)  # where the factors on the edges are long, boxes stand further apart
REACH = 3.125  # handles go from −REACH to REACH in eighths, which are exact in binary; an arrow key is one of them
PASSED_ON = "for a sum passes on what it gets"
MADE = {  # each result: its formula, and for each of its inputs why the local derivative is what it is
    "p₁": ("{x₁} · {w₁}", {"x₁": "times w₁", "w₁": "times x₁"}),
    "p₂": ("{x₂} · {w₂}", {"x₂": "times w₂", "w₂": "times x₂"}),
    "s": ("{p₁} + {p₂}", {"p₁": PASSED_ON, "p₂": PASSED_ON}),
    "z": ("{s} + {b}", {"s": PASSED_ON, "b": PASSED_ON}),
    "a": ("relu({z})", {"z": "times the slope of relu, which is 1 above 0 and 0 elsewhere"}),
    "e": ("{a} + {−y}", {"a": PASSED_ON, "−y": PASSED_ON}),
    "J": ("{e}²", {"e": "times 2e"}),
}
FORWARD = list(MADE)
BACKWARD = [(result, source) for result in reversed(FORWARD) for source in MADE[result][1]]
TURN = len(FORWARD) + 1  # the step that writes ∂J/∂J = 1
LAST = TURN + len(BACKWARD)
VALUE_AT = dict.fromkeys(NAMES, 0) | {
    name: step for step, name in enumerate(FORWARD, 1)
}  # the step that shows it
SLOPE_AT = {"J": TURN} | {source: step for step, (_, source) in enumerate(BACKWARD, TURN + 1)}
_weight = partial(Tensor, requires_grad=True)
EDGE, SEEN = (
    1.0,
    1.6,
)  # the curve is drawn and learnt from −EDGE to EDGE, and the network looked at further out


def _compute(tensor: Callable[[float], Any], x1, w1, x2, w2, b, minus_y) -> list[Any]:
    """A neuron and its squared error: everything that is computed on the way, in the order of NAMES."""
    x1, w1, x2, w2, b, minus_y = map(tensor, (x1, w1, x2, w2, b, minus_y))
    p1, p2 = x1 * w1, x2 * w2
    s = p1 + p2
    z = s + b
    a = z.relu()
    e = a + minus_y
    return [x1, w1, p1, x2, w2, p2, s, b, z, a, minus_y, e, e**2]


@style.context()
def neuron(tensor: Callable[[float], Any] = _weight) -> LiveFigure:
    """One neuron and its squared error as a graph: forward value by value, then backward derivative by derivative.

    `step` goes through the computation; the handle under an input changes it, in eighths. `tensor` makes a number that
    remembers its inputs: the lesson's own class, or by default `helpers.autograd.Tensor`.

    >>> live = neuron()
    >>> print(live.summary)
    Step 20 of 20, backward: ∂J/∂w₁ = −3 · 1.5 = −4.5: what came from p₁, times x₁. ...
    >>> live.close()
    """
    about = "A neuron with a squared error as a graph: values in black, and below them in orange the derivatives of J."
    live = LiveFigure(10, 5.6, about=about, layout="none")
    ax, strip = (
        live.figure.add_axes((0, 0.11, 1, 0.89)),
        live.figure.add_axes((0.05, 0.01, 0.9, 0.065)),
    )
    first = _compute(_weight, *INPUTS.values())
    drawing = graph.draw(ax, first[-1], columns=COLUMNS, **dict(zip(NAMES, first)))
    place = dict(zip(NAMES, drawing.layout.places))
    ends = [(NAMES[source], NAMES[target]) for source, target, _ in drawing.layout.edges]
    curves = {
        pair: _between_boxes(curve) for pair, curve in zip(ends, graph.curves(drawing.layout))
    }
    (here,) = live.animated(graph.boxes(ax, [], mfc="none", mew=3, zorder=5))
    used = live.animated(ax.add_collection(LineCollection([], linewidths=3.5, zorder=1.5)))
    live.animated([drawing.values, drawing.gradients])
    look = {
        "color": "white",
        "weight": "bold",
        "ha": "center",
        "bbox": {"fc": style.GRADIENT, "lw": 0, "pad": 2},
    }
    factor = live.animated(plots.label(ax, "", (0, 0), offset=(0, 0), zorder=6, **look))
    for control, name in HANDLES.items():
        x, y = live.figure.transFigure.inverted().transform(
            ax.transData.transform(place[name]) - (0, 35)
        )
        track = live.figure.add_axes(
            (x - 0.045, y - 0.01, 0.09, 0.02), xlim=(-REACH, REACH), ylim=(-1, 1)
        )
        track.set_axis_off()
        track.plot(
            (-REACH, REACH), (0, 0), color=style.PALE, lw=4, solid_capstyle="round", clip_on=False
        )
        live.draggable(
            track, control, (INPUTS[name], 0), along="x", label=name, color=style.DOWNHILL
        )

    strip.set(xlim=(0, LAST), ylim=(0, 1))
    strip.set_axis_off()
    zones = [
        (0, TURN - 0.5, "forward: values", "#DCEAF5"),
        (TURN - 0.5, LAST, "backward: derivatives", "#F7DFCF"),
    ]
    for low, high, words, color in zones:
        strip.axvspan(low, high, color=color, lw=0)
        plots.label(strip, words, ((low + high) / 2, 0.5), offset=(0, 0), ha="center")
    plots.label(strip, "step", (0, 0.5), ha="right", offset=(-6, 0))
    live.beneath(strip, "step")
    now = {}

    @live.update(step=IntSlider(value=LAST, min=0, max=LAST))
    def _(step, **handles):
        made = _compute(tensor, *(round(8 * handles[control][0]) / 8 for control in HANDLES))
        made[-1].backward()
        now.update(zip(NAMES, made))
        values = [node.data if step >= VALUE_AT[name] else None for name, node in now.items()]
        drawing.show(
            values, [node.grad if step >= SLOPE_AT[name] else None for name, node in now.items()]
        )
        shown = _step(step, now)
        color = style.DOWNHILL if step < TURN else style.GRADIENT
        here.set_data(*np.reshape([place[name] for name in shown.at], (-1, 2)).T)
        here.set_markeredgecolor(color)
        used.set_segments([curves[edge] for edge in shown.edges])
        used.set_color(color)
        factor.set_text(f"×{shown.slope}" if shown.slope else "")
        factor.xy = curves[shown.edges[0]].mean(axis=0) if shown.edges else (0, 0)
        return f"Step {step} of {LAST}{shown.words}"

    live.goal(
        "Switch the neuron off, so that no derivative reaches its weights",
        lambda seen: now["z"].data <= 0,
    )
    live.goal("Bring J below 0.01", lambda seen: now["J"].data < 0.01)
    return live


class _Step(NamedTuple):
    """One step: the nodes it fills, the edges it uses, the local derivative, and what happens, in words."""

    at: list[str]
    edges: list[tuple[str, str]]
    slope: str
    words: str


def _step(step: int, now: dict[str, Any]) -> _Step:
    """What step number `step` does with the tensors `now`."""
    if step == 0:
        return _Step(
            [],
            [],
            "",
            ": only the inputs are known. The values come forward from them, one by one.",
        )
    if step == TURN:
        return _Step(["J"], [], "", ": the way back begins at the end, with ∂J/∂J = 1.")
    if step < TURN:
        name = FORWARD[step - 1]
        words = f", forward: {name} = {_formula(name, now)}."
        return _Step([name], [(source, name) for source in MADE[name][1]], "", words)
    result, source = BACKWARD[step - TURN - 1]
    reasons = MADE[result][1]
    slope = _local(now[result].edges[list(reasons).index(source)])
    came, grad = float(now[result].grad), float(now[source].grad)
    words = f", backward: ∂J/∂{_signed(source)} {_equals(came, slope)} {number(came)} · {_signed(number(slope))}"
    words += f" {_equals(came, slope, came * slope)} {number(came * slope)}"
    if np.isclose(grad, came * slope):
        words += (
            f": what came from {result}, {reasons[source]}. {_effect(source, grad, slope, now)}"
        )
    else:
        words += f", but .grad holds {number(grad)}."
    return _Step([source], [(source, result)], number(slope), words)


def _effect(source: str, grad: float, slope: float, now: dict[str, Any]) -> str:
    """What a little more of `source` does to J, in words."""
    z, is_before_relu = now["z"].data, source in NAMES[: NAMES.index("a")]
    if grad:
        effect = "rises" if grad > 0 else "falls"
    elif is_before_relu and z == 0 and (slope or source == "z"):
        return "At z = 0 relu has a corner, and its slope there is taken as 0."
    elif is_before_relu and (z < 0 or slope == 0):
        effect = "does not move: relu lets nothing through" if z < 0 else "does not move"
    else:
        effect = "hardly moves"  # it is at its lowest point
    return f"Raise {source} a little, and J {effect}."


def _between_boxes(curve: Array) -> Array:
    """The part of an edge that is not hidden by the two boxes at its ends."""
    half = 0.345  # columns, of seven in this picture
    x = np.linspace(curve[0, 0] + half, curve[-1, 0] - half, 40)
    return np.column_stack([x, np.interp(x, *curve.T)])


def _formula(name: str, now: dict[str, Any]) -> str:
    """A result by its names, by its numbers, and itself: x₁ · w₁ = 1.5 · (−2) = −3."""
    (form, sources), numbers = (
        MADE[name],
        {other: _signed(number(node.data)) for other, node in now.items()},
    )
    parts, names = [now[source].data for source in sources], dict(zip(NAMES, map(_signed, NAMES)))
    first, second = _equals(*parts), _equals(*parts, now[name].data)
    return f"{form.format_map(names)} {first} {form.format_map(numbers)} {second} {number(now[name].data)}"


def _equals(*values: Any) -> str:
    """The sign before these numbers: "≈" if one of them is rounded where it is written."""
    return "=" if all(map(is_exact, values)) else "≈"


def _signed(term: str) -> str:
    return f"({term})" if "−" in term else term


def _local(edge: tuple) -> float:
    """The local derivative that an edge holds: as a number, or as a function that multiplies by it."""
    return float(edge[1](np.ones(())) if callable(edge[1]) else edge[1])


class _Follower:
    """A network with one hidden layer on its way to a curve."""

    def __init__(self, network: Callable[[int, str], Module], units: int, activation: str) -> None:
        self.made_of, self.model, self.optimizer = (
            (units, activation),
            network(units, activation),
            Adam(0.01),
        )
        self.steps, self.error, self.errors = 0, np.inf, {}

    def train(self, x: Array, y: Array, steps: int) -> None:
        for _ in range(steps):
            self.model.zero_grad()
            mse(self.model(x), y).backward()
            self.optimizer.step(self.model.theta, self.model.grad)
        self.steps += steps

    def predict(self, x: Array) -> Array:
        with no_grad():
            return self.model(x).data


def _network(units: int, activation: str) -> Module:
    """One hidden layer whose units bend at places spread over the interval: where w x + b = 0."""
    rng = np.random.default_rng(0)
    model = MLP((1, units, 1), activation, rng=rng)
    w, b = model.parameters()[:2]
    b.data[:] = -w.data[0] * rng.uniform(-EDGE, EDGE, units)
    return model


def _drawn(curve: Array, x: Array, old: tuple, new: tuple, reach: float) -> Array:
    """The curve after the pen went from old to new: a line between them if they are within reach, else a touch."""
    if (
        not 0 < abs(new[0] - old[0]) <= reach
    ):  # straight up or down, too, what counts is where the pen is now
        old = new
    low, high = sorted((old, new))
    (start, end), half = (low[0], high[0]), (x[1] - x[0]) / 2
    touched = (x >= start - half) & (x <= end + half)
    return np.where(touched, np.interp(x, (start, end), (low[1], high[1])), curve).astype(
        np.float32
    )


def approximate(network: Callable[[int, str], Module] = _network) -> LiveFigure:
    """Draw a curve with the mouse, choose how many hidden units, press play: the network learns to follow it.

    Adam with rate 0.01 on 101 points of the curve, all of them in each step, 20 steps for a tick of `train`. Its stop
    button begins afresh, and so do `units` and `activation`. Triangles mark where a unit bends (of tanh: its middle).
    `network(units, activation)` makes the model, from (N, 1) to (N, 1).

    >>> live = approximate()
    >>> live.controls["train"].value += 1
    >>> live.summary[:31]
    '16 relu units after 20 steps mi'
    >>> live.close()
    """
    about = (
        "A curve drawn by hand, and a network with one hidden layer that is trained to follow it."
    )
    live, per_tick, ticks = LiveFigure(9, 4.2, about=about), 20, 200
    ax, side = live.subplots(1, 2, width_ratios=[2.4, 1])
    x, wide = (
        np.linspace(-end, end, n, dtype=np.float32)[:, None]
        for end, n in ((EDGE, 101), (SEEN, 321))
    )
    for sign in (-1, 1):
        ax.axvspan(sign * EDGE, sign * SEEN, color="#EEF1F4", lw=0)
        plots.label(
            ax,
            "not trained",
            (sign * (EDGE + SEEN) / 2, 1.6),
            offset=(0, 8),
            ha="center",
            color=style.GREY,
        )
    ax.set(xlim=(-SEEN, SEEN), ylim=(-1.6, 1.6), xlabel="x (draw here)", ylabel="y")
    side.set(
        xlim=(0, ticks * per_tick),
        ylim=(0.003, 2),
        yscale="log",
        xlabel="step",
        ylabel="error, root mean square",
    )
    (target,) = live.animated(
        ax.plot(x, x, color=style.TARGET, lw=5, alpha=0.35, solid_capstyle="round")
    )
    (fit,) = live.animated(ax.plot(wide, wide, color=style.DOWNHILL))
    (bends,) = live.animated(
        ax.plot([], [], "^", color=style.GREEN, ms=8, mec="white", clip_on=False)
    )
    (past,) = live.animated(side.plot([], [], color=style.DOWNHILL))
    key = live.animated(
        plots.label(
            ax, "▲ w x + b = 0", (SEEN, -1.55), offset=(-4, 18), ha="right", color=style.GREEN
        )
    )
    first = (0.7 * np.sin(2 * np.pi * x[:, 0]) + 0.3 * x[:, 0]).astype(np.float32)
    home = (-EDGE, float(first[0]))
    live.draggable(
        ax, "pen", home, bounds=((-EDGE, EDGE), (-1.5, 1.5)), anywhere=True, color=style.ORANGE
    )
    curve, at, tick, rested, follower = first, home, 0, True, None

    @live.update(
        units=IntSlider(value=16, min=1, max=64),
        activation=Dropdown(options=["relu", "tanh", "identity"]),
        train=Play(min=0, max=ticks, interval=60),
    )
    def _(pen, units, activation, train, moving):
        nonlocal curve, at, tick, rested, follower
        if pen != at:
            curve = (
                first
                if pen == home
                else _drawn(curve, x[:, 0], at, pen, reach=0.2 if rested else 0.8)
            )
        if follower is None or follower.made_of != (units, activation) or train < tick:
            follower = _Follower(network, units, activation)
        elif train > tick:
            follower.train(x, curve[:, None], per_tick)
        at, tick, rested = pen, train, not moving
        away = follower.predict(x)[:, 0] - curve
        error, worst = float(np.sqrt(np.mean(away**2))), float(np.abs(away).max())
        follower.errors[follower.steps] = follower.error = error
        target.set_ydata(curve)
        fit.set_ydata(follower.predict(wide))
        w, b = (weight.data.ravel() for weight in follower.model.parameters()[:2])
        bend = -b / w
        bend = bend[(np.abs(bend) < SEEN) & (activation != "identity")]  # a line does not bend
        key.set_visible(activation != "identity")
        bends.set_data(bend, np.full(bend.shape, -1.55))
        past.set_data(list(follower.errors), list(follower.errors.values()))
        name, misses = (
            f"{units} {activation} unit{'s' * (units > 1)}",
            "miss" if units > 1 else "misses",
        )
        if not follower.steps:
            return (
                f"{name}, not trained yet: the error is {error:.3f} (root mean square). Press play."
            )
        words = f"{name} after {follower.steps:,} steps {misses} the curve by {error:.3f} (root mean square), at the "
        return words + f"worst place by {worst:.2f}. In the grey parts nothing was learnt."

    live.goal(
        "Draw a curve of your own, and let at most 16 units follow it with an error below 0.05",
        lambda seen: (
            np.abs(curve - first).mean() > 0.2
            and follower.made_of[0] <= 16
            and follower.error < 0.05
        ),
    )
    return live
