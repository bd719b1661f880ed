"""The optimizers that lesson 06 compares, also as rules in the way the lesson writes them."""

from collections.abc import Callable
from functools import partial

import numpy as np

from helpers import optim
from helpers.optimizer import Optimizer

Array = np.ndarray
Rule = Callable[[Array, Array, dict, float], Array]

RULES: dict[str, Callable[..., Optimizer]] = {
    "SGD": optim.SGD,
    "Momentum": partial(optim.SGD, momentum=0.9),
    "Nesterov": partial(optim.SGD, momentum=0.9, nesterov=True),
    "AdaGrad": optim.AdaGrad,
    "RMSProp": optim.RMSProp,
    "Adam": optim.Adam,
    "AdaDelta": optim.AdaDelta,
    "AdamW": optim.AdamW,
    "NAdam": optim.NAdam,
}
KEEPS_VELOCITY = ("Momentum", "Nesterov", "Adam", "AdamW", "NAdam")  # it survives with a share β
LESSONS_NAMES = {  # what the lesson calls the memories that PyTorch names so
    "momentum_buffer": "v",
    "exp_avg": "m",
    "sum": "s",
    "square_avg": "s",
    "exp_avg_sq": "s",
}


def with_memory(name: str, lr: float | Array, memory: float) -> Optimizer:
    """The optimizer of this name, with a memory of its own: the share that survives each step.

    It is β of a velocity (Adam's β₁) or, for RMSProp, ρ of the squared gradients. The others have
    no such number and are as always.

    >>> with_memory("Nesterov", 0.1, 0.5), with_memory("RMSProp", 0.1, 0.9).alpha
    (SGD(lr=0.1, momentum=0.5, nesterov=True, weight_decay=0.0), 0.9)
    """
    if name in ("Momentum", "Nesterov"):
        return optim.SGD(lr, memory, nesterov=name == "Nesterov" and memory > 0)
    if name in KEEPS_VELOCITY:
        return RULES[name](lr, betas=(memory, 0.999))
    return optim.RMSProp(lr, memory) if name == "RMSProp" else RULES[name](lr)


def as_rule(make: Callable[[float], Optimizer]) -> Rule:
    """An optimizer as a rule of the lesson: rule(theta, grad, memory, lr) → new theta.

    `make(lr)` builds the optimizer at the first step; it stays in `memory`, and so does what it
    remembers, under the lesson's names: "v" or "m" the velocity, "s" the squared gradients.

    >>> memory = {}
    >>> as_rule(optim.Adam)(np.array([1.0]), np.array([10.0]), memory, lr=0.1).round(3)
    array([0.9])
    >>> memory["m"].round(3), memory["s"].round(3)
    (array([1.]), array([0.1]))
    """

    def rule(theta: Array, grad: Array, memory: dict, lr: float) -> Array:
        if "optimizer" not in memory:
            memory["optimizer"] = make(lr)
            memory["theta"] = theta.copy()  # what an optimizer remembers belongs to one array
        optimizer, own = memory["optimizer"], memory["theta"]
        own[:] = theta
        optimizer.step(own, grad)
        for name, lessons_name in LESSONS_NAMES.items():
            if name in optimizer.state:
                memory[lessons_name] = optimizer.state[name].copy()
        return own.copy()

    return rule
