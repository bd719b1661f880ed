"""One neuron and its squared error, forward value by value and backward derivative by derivative.

p₁ = x₁·w₁, p₂ = x₂·w₂, s = p₁ + p₂, z = s + b, a = relu(z), e = a + (−y), J = e²: each operation is
one step of the forward pass, and each of its inputs one step of the backward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from helpers.autograd import Tensor
from helpers.pictures.says import bracketed, is_exact, number

Edge = tuple[str, str]  # an input, and the result that is made of it


class Operation(NamedTuple):
    """How a result is made: its formula, and by what each of its inputs multiplies a derivative."""

    formula: str  # with its inputs in braces
    factors: dict[str, str]  # of each input: the local derivative, in words


PASSED_ON = "for a sum passes on what it gets"
OPERATIONS = {
    "p₁": Operation("{x₁} · {w₁}", {"x₁": "times w₁", "w₁": "times x₁"}),
    "p₂": Operation("{x₂} · {w₂}", {"x₂": "times w₂", "w₂": "times x₂"}),
    "s": Operation("{p₁} + {p₂}", {"p₁": PASSED_ON, "p₂": PASSED_ON}),
    "z": Operation("{s} + {b}", {"s": PASSED_ON, "b": PASSED_ON}),
    "a": Operation(
        "relu({z})", {"z": "times the slope of relu, which is 1 above 0 and 0 elsewhere"}
    ),
    "e": Operation("{a} + {−y}", {"a": PASSED_ON, "−y": PASSED_ON}),
    "J": Operation("{e}²", {"e": "times 2e"}),
}
INPUTS = ("x₁", "w₁", "x₂", "w₂", "b", "−y")
FORWARD = list(OPERATIONS)  # the results, in the order in which their values are found
BACKWARD: list[Edge] = [
    (source, result) for result in reversed(FORWARD) for source in OPERATIONS[result].factors
]
DIFFERENTIATED = ["J", *(source for source, _ in BACKWARD)]  # in the order of their derivatives
TURN = len(FORWARD) + 1  # the step that writes ∂J/∂J = 1
LAST = TURN + len(BACKWARD)
BEFORE_RELU = {"x₁", "w₁", "p₁", "x₂", "w₂", "p₂", "s", "b", "z"}


class Step(NamedTuple):
    """The nodes that a step fills in, and the edges that it uses."""

    nodes: list[str]
    edges: list[Edge]


STEPS = [
    Step([], []),
    *(Step([name], [(source, name) for source in OPERATIONS[name].factors]) for name in FORWARD),
    Step(["J"], []),
    *(Step([source], [(source, result)]) for source, result in BACKWARD),
]


# ---- both passes


def weight(value: float) -> Tensor:
    """A number of the course's own engine, by which a result can be differentiated."""
    return Tensor(value, requires_grad=True)


def compute(tensor: Callable[[float], Any], inputs: Sequence[float]) -> dict[str, Any]:
    """The forward pass with numbers that `tensor` makes of the inputs, in the order of `INPUTS`.

    All that is computed on the way is in it, by name, in the order in which the graph is drawn.

    >>> nodes = compute(weight, [2.0, 3.0, 1.0, 1.0, -1.0, -4.0])
    >>> nodes["z"].item(), nodes["J"].item()
    (6.0, 4.0)
    """
    x1, w1, x2, w2, b, minus_y = map(tensor, inputs)
    p1 = x1 * w1
    p2 = x2 * w2
    s = p1 + p2
    z = s + b
    a = z.relu()
    e = a + minus_y
    J = e**2
    products = {"x₁": x1, "w₁": w1, "p₁": p1, "x₂": x2, "w₂": w2, "p₂": p2}
    return products | {"s": s, "b": b, "z": z, "a": a, "−y": minus_y, "e": e, "J": J}


class Passes:
    """The values of a forward pass, and the derivatives of J that a backward pass has left.

    `tensor` and `inputs` are those of `compute`; what `tensor` makes needs `.data`, `.grad`,
    `.backward()`, and `.edges`, of which each holds an input and its local derivative.

    >>> passes = Passes(weight, [2.0, 3.0, 1.0, 1.0, -1.0, -4.0])
    >>> passes.values["e"], passes.gradients["a"], passes.local("x₁", "p₁")
    (2.0, 4.0, 3.0)
    """

    def __init__(self, tensor: Callable[[float], Any], inputs: Sequence[float]) -> None:
        self._nodes = compute(tensor, inputs)
        self._nodes["J"].backward()
        self.values = {name: float(node.data) for name, node in self._nodes.items()}
        self.gradients = {
            name: None if node.grad is None else float(node.grad)
            for name, node in self._nodes.items()
        }

    def local(self, source: str, result: str) -> float:
        """∂result/∂source, which the engine holds as a number or as a function that multiplies."""
        position = list(OPERATIONS[result].factors).index(source)
        local = self._nodes[result].edges[position][1]
        return float(local(np.ones(())) if callable(local) else local)


def local_derivative(step: int, passes: Passes) -> float | None:
    """What a step of the backward pass multiplies by; None for every other step."""
    return passes.local(*STEPS[step].edges[0]) if step > TURN else None


def has_value(name: str, step: int) -> bool:
    """Is the value of this node known after so many steps?"""
    return name in INPUTS or name in FORWARD[:step]


def has_gradient(name: str, step: int) -> bool:
    """Is the derivative of J with respect to this node known after so many steps?"""
    return name in DIFFERENTIATED[: max(step - TURN + 1, 0)]


# ---- in words


def in_words(step: int, passes: Passes) -> str:
    """What a step does, from 0 to LAST: which number comes from which."""
    head = f"Step {step} of {LAST}"
    if step == 0:
        return f"{head}: only the inputs are known. The values come forward from them, one by one."
    if step < TURN:
        return f"{head}, forward: {formula(FORWARD[step - 1], passes.values)}."
    if step == TURN:
        return f"{head}: the way back begins at the end, with ∂J/∂J = 1."
    return f"{head}, backward: {chain_rule(*BACKWARD[step - TURN - 1], passes)}"


def formula(name: str, values: dict[str, float]) -> str:
    """A result in names, in numbers, and itself.

    >>> formula("p₁", {"x₁": 1.5, "w₁": -2.0, "p₁": -3.0})
    'p₁ = x₁ · w₁ = 1.5 · (−2) = −3'
    """
    form, factors = OPERATIONS[name]
    parts = [values[source] for source in factors]
    in_names = form.format_map({source: bracketed(source) for source in factors})
    in_numbers = form.format_map(
        {source: bracketed(number(part)) for source, part in zip(factors, parts)}
    )
    result = values[name]
    return (
        f"{name} = {in_names} {equals(*parts)} {in_numbers} "
        f"{equals(*parts, result)} {number(result)}"
    )


def chain_rule(source: str, result: str, passes: Passes) -> str:
    """∂J/∂source = ∂J/∂result · ∂result/∂source in numbers, and what it means.

    Where the engine's own `.grad` is another number, that is said instead.
    """
    upstream = passes.gradients[result]
    local = passes.local(source, result)
    product = upstream * local
    words = (
        f"∂J/∂{bracketed(source)} {equals(upstream, local)} "
        f"{number(upstream)} · {bracketed(number(local))} "
        f"{equals(upstream, local, product)} {number(product)}"
    )
    grad = passes.gradients[source]
    if not np.isclose(grad, product):
        return f"{words}, but .grad holds {number(grad)}."
    reason = OPERATIONS[result].factors[source]
    meaning = effect(source, grad, local, passes.values["z"])
    return f"{words}: what came from {result}, {reason}. {meaning}"


def effect(source: str, grad: float, local: float, z: float) -> str:
    """What a little more of `source` does to J, and why if it does nothing.

    >>> effect("w₁", grad=-4.5, local=1.5, z=1.0), effect("w₁", grad=0.0, local=0.0, z=1.0)
    ('Raise w₁ a little, and J falls.', 'Raise w₁ a little, and J does not move.')
    """
    raised = f"Raise {source} a little, and J"
    if grad:
        return f"{raised} {'rises' if grad > 0 else 'falls'}."
    if source in BEFORE_RELU:
        if z < 0:
            return f"{raised} does not move: relu lets nothing through."
        if z == 0 and (local or source == "z"):
            return "At z = 0 relu has a corner, and its slope there is taken as 0."
        if local == 0:
            return f"{raised} does not move."
    return f"{raised} hardly moves."  # it is at its lowest point


def equals(*values: float) -> str:
    """The sign before these numbers: "≈" if one of them is rounded where it is written.

    >>> equals(0.125, 2), equals(1 / 3)
    ('=', '≈')
    """
    return "=" if all(map(is_exact, values)) else "≈"
