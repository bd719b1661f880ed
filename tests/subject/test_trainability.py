"""Thousands of networks at once: each is the one that the course's own Tensor trains."""

import numpy as np
import pytest

from helpers.autograd import Tensor
from helpers.trainability import (
    BLOCK,
    Cancelled,
    Task,
    Window,
    border,
    losses,
    raggedness,
    trainability,
)


def trained(task, rates, steps):
    """One network, by the course's engine."""
    W, a = Tensor(task.W, requires_grad=True), Tensor(task.a, requires_grad=True)
    n, found = len(task.a), []
    for _ in range(steps + 1):
        error = (Tensor(task.X) @ W).tanh() @ a / n - task.y
        loss = (error**2).mean() / 2
        found.append(loss.item())
        W.grad = a.grad = None
        loss.backward()
        W = Tensor(W.data - n * rates[0] * W.grad, requires_grad=True)
        a = Tensor(a.data - n * rates[1] * a.grad, requires_grad=True)
    return found


@pytest.mark.parametrize("sizes", [(8, 8, 8), (3, 5, 2), (1, 1, 1)])
def test_each_network_is_trained_as_the_engine_does(sizes):
    task = Task.drawn(np.random.default_rng(1), *sizes)
    pairs = [(0.1, 0.2), (1.5, 0.01), (0.0, 0.5)]
    found = losses(task, pairs, steps=20)
    assert found.shape == (21, 3)
    for pair, curve in zip(pairs, found.T):
        assert curve == pytest.approx(trained(task, pair, 20), rel=1e-9)
    assert found[0] == pytest.approx(task.initial_loss())


def test_the_verdict_is_whether_the_loss_fell():
    task = Task.drawn(np.random.default_rng(0))
    rates = Window((1.0, 1.0), 2.5).log_rates(8)
    found = trainability(task, rates, steps=30)
    last = losses(task, 10 ** rates.reshape(-1, 2), steps=30)[-1].reshape(8, 8)
    assert ((found > 0) == (last < task.initial_loss())).all()
    assert (np.abs(found) <= 1).all() and (found > 0).any() and (found < 0).any()


def test_blocks_change_nothing():
    task, rates = Task.drawn(np.random.default_rng(0)), Window((0.5, 0.5), 0.5).log_rates(17)
    assert rates[..., 0].size > BLOCK
    at_once = trainability(task, rates, steps=10)
    alone = [[trainability(task, pair, steps=10) for pair in row] for row in rates[:2]]
    assert at_once[:2] == pytest.approx(np.array(alone), rel=1e-9)


def test_what_has_blown_up_is_told_and_never_warns():
    task = Task.drawn(np.random.default_rng(0))
    assert -1 <= trainability(task, [400.0, 400.0], steps=50) < -0.5
    assert trainability(task, [400.0, 400.0], steps=50, dtype=np.float32) < 0


def test_nobody_waits_for_what_is_not_wanted():
    asked = iter([True, True, False])
    with pytest.raises(Cancelled):
        losses(Task.drawn(np.random.default_rng(0)), [[0.1, 0.1]], 50, wanted=lambda: next(asked))


def test_deep_in_float64_is_another_matter_than_in_float32():
    """Where the border is ragged float32 draws another one; long double agrees with float64."""
    task = Task.drawn(np.random.default_rng(0))
    rates = Window((1.2055, 0.4871), 0.005).log_rates(16)
    exact, double, single = (
        trainability(task, rates, 100, dtype) > 0
        for dtype in (np.longdouble, np.float64, np.float32)
    )
    assert np.mean(exact != double) <= 0.06 < 0.1 < np.mean(double != single)


def test_a_window_is_tiled_by_the_middles_of_its_cells():
    window = Window((1.0, -1.0), 0.5).closer((0.5, -1.0), 4)
    assert window == Window((1.25, -1.5), 0.125)
    rates = window.log_rates(4)
    assert rates[0, 0].tolist() == [1.25 - 0.125 * 0.75, -1.5 - 0.125 * 0.75]
    assert np.diff(rates[..., 0], axis=1) == pytest.approx(0.0625)
    assert np.diff(rates[..., 1], axis=0) == pytest.approx(0.0625)


def test_raggedness_of_what_is_known():
    y, x = np.mgrid[:64, :64] / 64
    assert raggedness(x + 0.3 * y < 0.6) == pytest.approx(1.0, abs=0.08)
    assert raggedness((x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.1) == pytest.approx(1.0, abs=0.1)
    assert raggedness(np.random.default_rng(0).random((64, 64)) < 0.5) > 1.85
    assert np.isnan(raggedness(np.ones((64, 64), bool)))
    with pytest.raises(ValueError, match="multiples of 16, got 60 × 64"):
        raggedness(np.ones((60, 64), bool))


def test_a_border_pixel_has_the_other_verdict_beside_it():
    trains = np.zeros((4, 4), bool)
    trains[1, 1] = True
    assert np.argwhere(border(trains)).tolist() == [[0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize("sizes", [(0, 8, 8), (8, 0, 8), (8, 8, 0)])
def test_a_task_of_nothing_is_refused(sizes):
    with pytest.raises(ValueError, match="must be a whole number"):
        Task.drawn(np.random.default_rng(0), *sizes)
