"""A training step of an MLP beside PyTorch's and beside its matrix products alone; an epoch beside
scikit-learn's.

One thread and float32 for all. Everything is measured in one process of its own, in turn, so that a
busy machine slows all of them alike.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
STEPS = [  # sizes, batch, and how many times quicker than PyTorch's a step must be
    ((2, 16, 16, 2), 32, 4.0),
    ((64, 32, 10), 32, 3.6),
    ((64, 128, 64, 10), 64, 2.2),
    ((784, 256, 128, 10), 256, 1.15),
]


def in_turn(
    runs: dict[str, Callable[[], object]], rounds: int, seconds: float = 0.02
) -> dict[str, float]:
    """Median seconds of one call of each, from rounds in which each is repeated for `seconds`."""
    repeats = {}
    times = {name: [] for name in runs}
    for name, run in runs.items():
        run()
        begin = time.perf_counter()
        run()
        repeats[name] = max(1, int(seconds / (time.perf_counter() - begin)))
    for _ in range(rounds):
        for name, run in runs.items():
            begin = time.perf_counter()
            for _ in range(repeats[name]):
                run()
            times[name].append((time.perf_counter() - begin) / repeats[name])
    return {name: statistics.median(taken) for name, taken in times.items()}


def training_step(sizes, X, y) -> Callable[[], None]:
    """Forward, backward and a step of Adam."""
    import numpy as np

    from helpers.losses import cross_entropy
    from helpers.nn import MLP
    from helpers.optim import Adam

    model = MLP(sizes, rng=np.random.default_rng(0))
    optimizer = Adam()

    def step():
        model.zero_grad()
        cross_entropy(model(X), y).backward()
        optimizer.step(model.theta, model.grad)

    return step


def matrix_products(sizes, X) -> Callable[[], None]:
    """What no implementation can do without: X W forward, Xᵀ G and G Wᵀ backward.

    The first layer needs no G Wᵀ, for nobody asks for the gradient of the data.
    """
    import numpy as np

    rng = np.random.default_rng(0)
    inputs = [X, *(rng.normal(size=(len(X), n)).astype(np.float32) for n in sizes[1:])]
    weights = [rng.normal(size=pair).astype(np.float32) for pair in zip(sizes, sizes[1:])]
    gradients = [np.empty_like(W) for W in weights]

    def products():
        for X, W, G, gradient in zip(inputs, weights, inputs[1:], gradients):
            X @ W
            np.matmul(X.T, G, out=gradient)
        for W, G in zip(weights[1:], inputs[2:]):
            G @ W.T

    return products


def pytorch_step(sizes, X, y) -> Callable[[], None]:
    """The same in PyTorch, eager."""
    import torch

    torch.set_num_threads(1)
    linear = [torch.nn.Linear(*pair) for pair in zip(sizes, sizes[1:])]
    with_relu = [layer for one in linear for layer in (one, torch.nn.ReLU())]
    model = torch.nn.Sequential(*with_relu[:-1])
    optimizer = torch.optim.Adam(model.parameters())
    loss = torch.nn.CrossEntropyLoss()
    X, y = torch.tensor(X), torch.tensor(y)

    def step():
        optimizer.zero_grad()
        loss(model(X), y).backward()
        optimizer.step()

    return step


def epochs_of_digits() -> dict[str, Callable[[], object]]:
    """One more epoch on the digits, 64-32-10 in batches of 32: fit(), and sklearn's partial_fit."""
    import numpy as np
    from sklearn.neural_network import MLPClassifier

    from helpers.datasets import load_digits
    from helpers.losses import cross_entropy
    from helpers.nn import MLP
    from helpers.optim import Adam
    from helpers.training import fit

    digits = load_digits()
    rng = np.random.default_rng(0)
    X, y = (digits.X / 16).astype(np.float32), digits.y
    model = MLP((64, 32, 10), rng=rng)
    optimizer = Adam()
    theirs = MLPClassifier((32,), batch_size=32, alpha=0, random_state=0)
    options = {"epochs": 1, "batch_size": 32, "rng": rng, "progress": False}
    return {
        "ours": lambda: fit(model, cross_entropy, optimizer, (X, y), **options),
        "scikit-learn": lambda: theirs.partial_fit(X, y, classes=range(10)),
    }


def measure() -> None:
    """In the process of one thread: print the seconds of each step, and of the epoch, as JSON."""
    import numpy as np

    measured = []
    for sizes, batch, _ in STEPS:
        rng = np.random.default_rng(0)
        X = rng.normal(size=(batch, sizes[0])).astype(np.float32)
        y = rng.integers(0, sizes[-1], batch)
        runs = {"ours": training_step(sizes, X, y), "products": matrix_products(sizes, X)}
        if importlib.util.find_spec("torch"):
            runs["PyTorch"] = pytorch_step(sizes, X, y)
        measured.append(in_turn(runs, rounds=31))
    measured.append(in_turn(epochs_of_digits(), rounds=9))
    print(json.dumps(measured))


def rows(Row):
    run = [sys.executable, "-m", "tests.benchmarks.networks"]
    environment = {**os.environ, **ONE_THREAD}
    options = {"cwd": REPOSITORY, "env": environment, "stdout": subprocess.PIPE, "check": True}
    *steps, epoch = json.loads(subprocess.run(run, **options).stdout)
    for (sizes, batch, budget), taken in zip(STEPS, steps):
        ours = taken["ours"]
        name = f"a training step of {'-'.join(map(str, sizes))}, batch {batch}"
        if torch := taken.get("PyTorch"):
            beside = f"PyTorch {1e6 * torch:.0f} µs: {torch / ours:.2f}×"
            yield Row(name, f"{1e6 * ours:.0f} µs", beside, f"≥ {budget}×", torch / ours >= budget)
        else:
            beside = "PyTorch is not installed: pip install torch"
            yield Row(name, f"{1e6 * ours:.0f} µs", beside, f"≥ {budget}×")
        products = taken["products"]
        beside = f"its matrix products alone {1e6 * products:.0f} µs: {products / ours:.2f}×"
        yield Row("", "", beside)
    theirs, ours = epoch["scikit-learn"], epoch["ours"]
    yield Row(
        "an epoch on the digits, 64-32-10, batch 32",
        f"{1e3 * ours:.1f} ms",
        f"MLPClassifier {1e3 * theirs:.1f} ms: {theirs / ours:.1f}×",
    )


if __name__ == "__main__":
    measure()
