"""Every update rule with its options, for the tests that hold for all of them."""

import numpy as np
import pytest

from helpers.optim import SGD, AdaDelta, AdaGrad, Adam, AdamW, NAdam, RMSProp
from helpers.optimizer import Optimizer
from helpers.surfaces import himmelblau

RULES = {
    "plain": SGD,
    "momentum": lambda lr: SGD(lr, momentum=0.9),
    "nesterov": lambda lr: SGD(lr, momentum=0.9, nesterov=True),
    "weight decay": lambda lr: SGD(lr, weight_decay=0.1),
    "all": lambda lr: SGD(lr, momentum=0.5, nesterov=True, weight_decay=0.1),
    "AdaGrad": AdaGrad,
    "AdaDelta": AdaDelta,
    "RMSProp": RMSProp,
    "RMSProp, all": lambda lr: RMSProp(lr, alpha=0.9, momentum=0.5, weight_decay=0.1),
    "Adam": Adam,
    "Adam, all": lambda lr: Adam(lr, weight_decay=0.1, bias_correction=False),
    "AdamW": AdamW,
    "NAdam": NAdam,
}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


def run(optimizer: Optimizer, theta: np.ndarray, steps: int) -> np.ndarray:
    """So many steps on Himmelblau's function, in place."""
    gradient = himmelblau().gradient
    for _ in range(steps):
        optimizer.step(theta, gradient(theta))
    return theta
