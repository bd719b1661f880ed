"""A map of 65,536 descents beside a loop of torch.optim.SGD; each rule's step beside PyTorch's."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable

from tests.benchmarks.networks import ONE_THREAD, REPOSITORY, in_turn

SIZE = 256  # descents along each side of the map
STEPS = 200
PARAMETERS = 100_000
TENSORS = 8  # PyTorch's parameters lie in several, as the weights and biases of a network do
BUDGET = 0.25  # seconds for the map


def map_of_rate_and_momentum() -> Callable[[], object]:
    """Heavy ball on a bowl, lr against momentum."""
    import numpy as np

    from helpers.descent import settle
    from helpers.optim import SGD
    from helpers.surfaces import bowl

    lr = np.linspace(0.001, 0.6, SIZE)[:, None, None]
    momentum = np.linspace(0, 0.99, SIZE)[None, :, None]
    starts = np.ones((SIZE, SIZE, 2))
    return lambda: settle(bowl(10), starts, SGD(lr, momentum=momentum), STEPS)


def one_descent_of_pytorch() -> Callable[[], object]:
    """One pixel of the map, with the gradient written down, as ours is: no graph is recorded."""
    import torch

    curvatures = torch.tensor([1.0, 10.0])

    def descend():
        theta = torch.nn.Parameter(torch.ones(2))
        optimizer = torch.optim.SGD([theta], lr=0.1, momentum=0.5)
        for _ in range(STEPS):
            theta.grad = theta.data * curvatures
            optimizer.step()

    return descend


def steps_of(name: str) -> dict[str, Callable[[], object]]:
    """One step of this rule, ours and PyTorch's."""
    import numpy as np

    from tests.support.rules import twin

    rule, torch_name, options = twin(name)
    if torch_name == "SGD":
        options = {"lr": 0.01, **options}
    rng = np.random.default_rng(0)
    theta, grad = rng.normal(size=(2, PARAMETERS)).astype(np.float32)
    optimizer = rule(**options)
    runs = {"ours": lambda: optimizer.step(theta, grad)}
    if importlib.util.find_spec("torch"):
        import torch

        for foreach in (False, True):
            tensors = [torch.nn.Parameter(torch.tensor(part)) for part in np.split(theta, TENSORS)]
            for tensor, part in zip(tensors, np.split(grad, TENSORS)):
                tensor.grad = torch.tensor(part)
            theirs = getattr(torch.optim, torch_name)(tensors, foreach=foreach, **options)
            runs[f"PyTorch, foreach {'on' if foreach else 'off'}"] = theirs.step
    return runs


def measure() -> None:
    """In the process of one thread: print the seconds of the map, and of each step, as JSON."""
    runs = {"map": map_of_rate_and_momentum()}
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)
        runs["pixel"] = one_descent_of_pytorch()
    from helpers.explorers.optimizers.rules import RULES

    drawn = in_turn(runs, rounds=9)
    steps = {name: in_turn(steps_of(name), rounds=15) for name in RULES}
    print(json.dumps([drawn, steps]))


def rows(Row):
    run = [sys.executable, "-m", "tests.benchmarks.optimizers"]
    environment = {**os.environ, **ONE_THREAD}
    options = {"cwd": REPOSITORY, "env": environment, "stdout": subprocess.PIPE, "check": True}
    drawn, steps = json.loads(subprocess.run(run, **options).stdout)
    beside = "PyTorch is not installed: pip install torch"
    if pixel := drawn.get("pixel"):
        loop = pixel * SIZE**2
        ratio = loop / drawn["map"]
        beside = f"a loop of torch.optim.SGD {loop:.0f} s, from one run: {ratio:,.0f}×"
    yield Row(
        f"a map of {SIZE} × {SIZE} descents, {STEPS} steps of heavy ball",
        f"{1e3 * drawn['map']:.0f} ms",
        beside,
        f"≤ {1e3 * BUDGET:.0f} ms",
        drawn["map"] <= BUDGET,
    )
    for name, taken in steps.items():
        ours = taken.pop("ours")
        beside = "; ".join(
            f"{which} {1e6 * other:.0f} µs: {other / ours:.2f}×" for which, other in taken.items()
        )
        yield Row(f"a step of {name}, {PARAMETERS:,} parameters", f"{1e6 * ours:.0f} µs", beside)


if __name__ == "__main__":
    measure()
