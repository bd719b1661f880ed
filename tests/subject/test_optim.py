"""Update rules: PyTorch's numbers, and what each rule promises; clipping a gradient of any size."""

import numpy as np
import pytest

from helpers.explorers.optimizers.rules import RULES as LESSONS_RULES
from helpers.optim import (
    SGD,
    Adam,
    AdamW,
    clip_by_norm,
    clip_by_value,
)
from helpers.surfaces import bowl, rosenbrock
from tests.support.reference import reference
from tests.support.rules import RULES, every_rule, run, twin

TORCH, TORCH_ADAM, TORCH_OTHERS = map(reference, ("sgd", "adam", "optimizers"))
OTHERS = {
    torchs_name: rule for rule, torchs_name, options in map(twin, LESSONS_RULES) if rule is not SGD
}


@pytest.mark.parametrize(
    "name", ["plain", "momentum", "nesterov", "weight decay", "all", "schedule"]
)
def test_sgd_matches_pytorch_over_100_steps(name):
    compare_with_pytorch(SGD, TORCH[name])


@pytest.mark.parametrize("name", ["default", "large", "betas and eps", "schedule"])
def test_adam_matches_pytorch_over_100_steps(name):
    compare_with_pytorch(Adam, TORCH_ADAM[name])


@pytest.mark.parametrize(
    "name, case", [(name, case) for name in OTHERS for case in TORCH_OTHERS[name]]
)
def test_every_other_rule_and_option_matches_pytorch_over_100_steps(name, case):
    compare_with_pytorch(OTHERS[name], TORCH_OTHERS[name][case], TORCH_OTHERS["start"])


def test_every_rule_has_numbers_of_pytorch():
    assert set(OTHERS) == set(TORCH_OTHERS) - {"start", "made by"}


def compare_with_pytorch(rule, case, start=TORCH["start"]):
    options, factors = dict(case["options"]), case["factors"]
    if factors:
        lr = options.pop("lr")
        options["lr"] = lambda t: lr * factors[t]
    optimizer, theta = rule(**options), np.array(start)
    for expected in case["path"]:
        run(optimizer, theta, 10)
        np.testing.assert_allclose(theta, expected, rtol=0, atol=1e-10)
    assert optimizer.t == 100


def test_adams_first_step_has_length_lr_whatever_the_gradient():
    theta = np.zeros(4)
    Adam(0.1).step(theta, np.array([1e-3, -1.0, 1e6, 0.0]))
    np.testing.assert_allclose(theta, [-0.1, 0.1, -0.1, 0], rtol=1e-4)


def test_without_bias_correction_adams_first_step_is_longer():
    """By the factor (1 − β₁) / √(1 − β₂)."""
    theta = Adam(0.1, bias_correction=False).step(np.zeros(1), np.ones(1))
    np.testing.assert_allclose(theta, -0.1 * 0.1 / 0.001**0.5, rtol=1e-6)


def test_adamw_decays_a_weight_by_the_same_share_whatever_the_gradients_and_adam_does_not():
    left = {}
    for rule in (AdamW, Adam):
        for size in (0.01, 10.0):
            theta, noise = np.ones(100), np.random.default_rng(0).normal(0, size, (3000, 100))
            optimizer = rule(1e-3, weight_decay=0.1)
            for grad in noise:
                optimizer.step(theta, grad)
            left[rule, size] = theta.mean()
    np.testing.assert_allclose(
        [left[AdamW, 0.01], left[AdamW, 10.0]], (1 - 1e-4) ** 3000, rtol=0.05
    )
    assert left[Adam, 0.01] < 0.1 and left[Adam, 10.0] > 0.9


def test_momentum_zero_remembers_nothing_so_an_infinite_gradient_is_forgotten():
    """0 · ∞ would be NaN for ever."""
    theta, optimizer = np.zeros(2), SGD(0.1, momentum=0.0)
    optimizer.step(theta, np.array([np.inf, 1.0]))
    theta[:] = 0
    assert optimizer.step(theta, np.ones(2)).tolist() == [-0.1, -0.1]


def test_weight_decay_zero_leaves_an_infinite_weight_out_of_the_gradient():
    theta = np.array([np.inf, 1.0])
    assert SGD(0.1).step(theta, np.ones(2)).tolist() == [np.inf, 0.9]


@every_rule
def test_every_rule_goes_down_a_bowl(rule):
    surface, theta = bowl(10, angle=30), np.array([1.5, -1.0])
    optimizer = rule(1.0 if rule is RULES["AdaDelta"] else 0.05)
    before = surface.value(theta)
    for _ in range(2000):
        optimizer.step(theta, surface.gradient(theta))
    assert surface.value(theta) < 0.02 * before


LR_ON_ROSENBROCK = {
    "SGD": 2e-3,
    "AdaGrad": 0.5,
    "AdaDelta": 0.3,
    "Momentum": 5e-4,
    "Nesterov": 5e-4,
}


@pytest.mark.parametrize(
    "name", [name for name in RULES if "decay" not in name and "all" not in name]
)
def test_every_rule_follows_the_valley_of_rosenbrock_to_its_end(name):
    surface, theta = rosenbrock(), np.array([-1.0, 1.0])
    optimizer = RULES[name](LR_ON_ROSENBROCK.get(name, 2e-3))
    for _ in range(10_000):
        optimizer.step(theta, surface.gradient(theta))
    assert np.linalg.norm(theta - 1) < 0.25


# ── clipping ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "case", TORCH["clipping"]["by norm"], ids=lambda case: str(case["max_norm"])
)
def test_clip_by_norm_matches_pytorch(case):
    grad = np.array(TORCH["clipping"]["grad"])
    assert clip_by_norm(grad, case["max_norm"]) == pytest.approx(case["norm"], rel=1e-14)
    np.testing.assert_allclose(grad, case["clipped"], rtol=1e-14)


@pytest.mark.parametrize(
    "dtype, size", [(np.float32, 1e20), (np.float32, 1e30), (np.float64, 1e200)]
)
def test_clip_by_norm_shortens_a_gradient_whose_square_overflows(dtype, size):
    grad = np.array([3, 4], dtype) * dtype(size)
    assert clip_by_norm(grad, 1.0) == pytest.approx(5 * size, rel=1e-6)
    np.testing.assert_allclose(grad, [0.6, 0.8], rtol=1e-6)
    assert grad.dtype == dtype


@pytest.mark.parametrize("dtype, size", [(np.float32, 1e-30), (np.float64, 1e-200)])
def test_clip_by_norm_knows_the_length_of_a_gradient_whose_square_underflows(dtype, size):
    grad = np.array([3, 4], dtype) * dtype(size)
    assert clip_by_norm(grad, 1.0) == pytest.approx(5 * size, rel=1e-6)
    np.testing.assert_allclose(grad, [3 * size, 4 * size], rtol=1e-6)


def test_clip_by_norm_adds_many_float32_squares_exactly():
    grad = np.full(1_000_003, 0.1, np.float32)
    exact = float(np.float32(0.1)) * 1_000_003**0.5
    assert clip_by_norm(grad, 1e6) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("dtype, size", [(np.float32, 1e20), (np.float64, 1e200)])
def test_clip_by_norm_raises_nothing_under_seterr_raise(dtype, size):
    grad = np.array([size, 1 / size], dtype)
    with np.errstate(all="raise"):
        assert clip_by_norm(grad, 1e-30) == pytest.approx(size, rel=1e-6)
    np.testing.assert_allclose(grad, [1e-30, 0], rtol=1e-6, atol=1e-40)


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (2, 2)])
def test_clip_by_norm_takes_any_shape(shape):
    grad = np.full(shape, 2.0)
    before = 2 * grad.size**0.5
    assert clip_by_norm(grad, 1.0) == pytest.approx(before)
    assert np.linalg.norm(grad) == pytest.approx(min(1, before), rel=1e-5)


@pytest.mark.parametrize("broken", [np.inf, -np.inf, np.nan])
def test_clip_by_norm_reports_a_gradient_that_is_not_finite(broken):
    with np.errstate(invalid="ignore"):
        length = clip_by_norm(np.array([broken, 1.0]), 1.0)
    np.testing.assert_equal(length, abs(broken))


def test_clip_by_value_matches_pytorch():
    grad = np.array(TORCH["clipping"]["grad"])
    assert clip_by_value(grad, 0.5) is None
    assert grad.tolist() == TORCH["clipping"]["by value 0.5"]


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: clip_by_norm(np.ones(2), -1), "max_norm must be ≥ 0, got -1"),
        (lambda: clip_by_value(np.ones(2), np.nan), "limit must be ≥ 0, got nan"),
    ],
)
def test_a_limit_out_of_range_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])
@pytest.mark.parametrize("grad, what", [(np.array([3, 4]), "int64"), ([3.0, 4.0], "list")])
def test_a_gradient_that_cannot_change_in_place_is_refused(clip, grad, what):
    with pytest.raises(TypeError, match=f"grad is changed in place.*got .*{what}"):
        clip(grad, 1.0)
