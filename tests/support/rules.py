"""Every update rule, with its options and its twin in PyTorch.

A rule that is entered in `helpers.explorers.optimizers.rules` is found by all of this.
"""

from functools import partial

import numpy as np
import pytest

from helpers.explorers.optimizers import rules
from helpers.optim import SGD, Adam, RMSProp
from helpers.optimizer import Optimizer
from helpers.surfaces import himmelblau

TORCHS_SPELLING = {"AdaGrad": "Adagrad", "AdaDelta": "Adadelta", "RMSProp": "RMSprop"}
RULES = {
    **rules.RULES,
    "weight decay": lambda lr: SGD(lr, weight_decay=0.1),
    "all": lambda lr: SGD(lr, momentum=0.5, nesterov=True, weight_decay=0.1),
    "RMSProp, all": lambda lr: RMSProp(lr, alpha=0.9, momentum=0.5, weight_decay=0.1),
    "Adam, all": lambda lr: Adam(lr, weight_decay=0.1, bias_correction=False),
}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


def twin(name: str) -> tuple[type[Optimizer], str, dict]:
    """Of one of the lesson's rules: its class, the name of PyTorch's, and the options of both."""
    made = rules.RULES[name]
    rule, options = (made.func, made.keywords) if isinstance(made, partial) else (made, {})
    return rule, TORCHS_SPELLING.get(rule.__name__, rule.__name__), options


def run(optimizer: Optimizer, theta: np.ndarray, steps: int) -> np.ndarray:
    """So many steps on Himmelblau's function, in place."""
    gradient = himmelblau().gradient
    for _ in range(steps):
        optimizer.step(theta, gradient(theta))
    return theta
