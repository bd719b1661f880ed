"""Update rules: PyTorch's numbers, one rule for a point and a field, memory reused, errors in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.optim import (
    SGD,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    NAdam,
    Optimizer,
    RMSProp,
    clip_by_norm,
    clip_by_value,
)
from helpers.surfaces import bowl, columns, himmelblau, rosenbrock
from tests.support.reference import reference

TORCH, TORCH_ADAM, TORCH_OTHERS = map(reference, ("sgd", "adam", "optimizers"))
OTHERS = {
    "Adagrad": AdaGrad,
    "Adadelta": AdaDelta,
    "RMSprop": RMSProp,
    "Adam": Adam,
    "AdamW": AdamW,
    "NAdam": NAdam,
}
RULES = {
    "plain": lambda lr: SGD(lr),
    "momentum": lambda lr: SGD(lr, momentum=0.9),
    "nesterov": lambda lr: SGD(lr, momentum=0.9, nesterov=True),
    "weight decay": lambda lr: SGD(lr, weight_decay=0.1),
    "all": lambda lr: SGD(lr, momentum=0.5, nesterov=True, weight_decay=0.1),
    "AdaGrad": lambda lr: AdaGrad(lr),
    "AdaDelta": lambda lr: AdaDelta(lr),
    "RMSProp": lambda lr: RMSProp(lr),
    "RMSProp, all": lambda lr: RMSProp(lr, alpha=0.9, momentum=0.5, weight_decay=0.1),
    "Adam": lambda lr: Adam(lr),
    "Adam, all": lambda lr: Adam(lr, weight_decay=0.1, bias_correction=False),
    "AdamW": lambda lr: AdamW(lr),
    "NAdam": lambda lr: NAdam(lr),
}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())


def run(optimizer, theta, steps):
    gradient = himmelblau().gradient
    for _ in range(steps):
        optimizer.step(theta, gradient(theta))
    return theta


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


def test_without_bias_correction_adams_first_step_is_longer_by_one_minus_beta1_over_the_root_of_one_minus_beta2():
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


@every_rule
def test_every_rule_goes_down_a_bowl(rule):
    surface, theta = bowl(10, angle=30), np.array([1.5, -1.0])
    optimizer = rule(1.0 if rule is RULES["AdaDelta"] else 0.05)
    before = surface.value(theta)
    for _ in range(2000):
        optimizer.step(theta, surface.gradient(theta))
    assert surface.value(theta) < 0.02 * before


LR_ON_ROSENBROCK = {
    "plain": 2e-3,
    "weight decay": 2e-3,
    "AdaGrad": 0.5,
    "AdaDelta": 0.3,
    "momentum": 5e-4,
    "all": 1e-3,
}


@pytest.mark.parametrize(
    "name", [name for name in RULES if "decay" not in name and "all" not in name]
)
def test_every_rule_follows_the_valley_of_rosenbrock_to_its_end(name):
    surface, theta = rosenbrock(), np.array([-1.0, 1.0])
    optimizer = RULES[name](LR_ON_ROSENBROCK.get(name, 2e-3 if name != "nesterov" else 5e-4))
    for _ in range(10_000):
        optimizer.step(theta, surface.gradient(theta))
    assert np.linalg.norm(theta - 1) < 0.25


@every_rule
def test_field_of_rates_equals_its_runs_one_by_one_bit_for_bit(rule):
    rng = np.random.default_rng(2)
    starts, rates = rng.uniform(-4, 4, (20, 2)), rng.uniform(0, 0.01, (20, 1))
    field = run(rule(rates), columns(starts), 50)
    for index in range(20):
        alone = run(rule(float(rates[index, 0])), starts[index].copy(), 50)
        assert field[index].tolist() == alone.tolist()


def test_momentum_may_be_a_field_too():
    starts, beta = (
        np.random.default_rng(3).uniform(-4, 4, (5, 2)),
        np.array([[0.0], [0.5], [0.8], [0.9], [0.95]]),
    )
    field = run(SGD(0.003, momentum=beta), starts.copy(), 30)
    alone = [
        run(SGD(0.003, momentum=float(b)), start.copy(), 30) for b, start in zip(beta[:, 0], starts)
    ]
    assert field.tolist() == [theta.tolist() for theta in alone]


@every_rule
@given(shape=st.sampled_from([(), (1,), (0,), (3, 0), (2, 1, 3), (7,)]))
def test_any_shape_steps_in_place_and_leaves_the_gradient_alone(rule, shape):
    theta, grad = np.ones(shape), np.full(shape, 0.5)
    same, optimizer = theta, rule(0.1)
    for _ in range(3):
        optimizer.step(theta, grad)
    assert same is theta and theta.shape == shape
    assert (theta < 1).all() and (grad == 0.5).all()


@every_rule
def test_float32_stays_float32_in_state_and_theta(rule):
    theta = np.ones((3, 2), np.float32)
    optimizer = rule(np.full((3, 1), 0.1))
    optimizer.step(theta, np.ones_like(theta))
    assert theta.dtype == np.float32
    assert all(memory.dtype == np.float32 for memory in optimizer.state.values())


def test_a_field_of_rates_on_float32_computes_in_float32():
    theta, grad, rates = (
        np.ones((3, 2), np.float32),
        np.full((3, 2), 1.1, np.float32),
        np.array([[0.1], [0.3], [0.7]]),
    )
    assert (
        SGD(rates).step(theta.copy(), grad).tolist()
        == (theta - rates.astype(np.float32) * grad).tolist()
    )


def test_memory_is_named_as_in_pytorch_and_reused_with_its_layout():
    theta = columns(np.ones((4, 2)))
    optimizer = SGD(0.1, momentum=0.9)
    optimizer.step(theta, np.ones_like(theta))
    velocity = optimizer.state["momentum_buffer"]
    optimizer.step(theta, np.ones_like(theta))
    assert optimizer.state["momentum_buffer"] is velocity
    assert velocity.strides == theta.strides
    np.testing.assert_allclose(velocity, 1.9)
    assert SGD(0.1).state == {}


def test_reset_forgets_and_makes_the_next_step_the_first():
    rates = []
    optimizer = SGD(lambda t: rates.append(t) or 0.01, momentum=0.9)
    first = run(optimizer, np.array([1.0, 2.0]), 3)
    optimizer.reset()
    assert optimizer.t == 0 and optimizer.state == {}
    again = run(optimizer, np.array([[1.0, 2.0]]), 3)
    assert again[0].tolist() == first.tolist()
    assert rates == [0, 1, 2, 0, 1, 2]


def test_rate_can_be_set_between_steps():
    theta, optimizer = np.zeros(2), SGD(0.1, momentum=0.5)
    optimizer.step(theta, np.ones(2))
    optimizer.lr = np.array([1.0, 0.0])
    optimizer.step(theta, np.ones(2))
    np.testing.assert_allclose(theta, [-1.6, -0.1])
    assert optimizer.lr.tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="lr must be ≥ 0"):
        optimizer.lr = -1.0


def test_rows_cut_the_arrays_that_have_one_entry_for_each_row():
    rng = np.random.default_rng(4)
    starts, lr, beta = (
        rng.uniform(-3, 3, (6, 4, 2)),
        rng.uniform(0, 0.01, (6, 1, 1)),
        rng.uniform(0, 0.9, (1, 4, 1)),
    )
    optimizer = SGD(lr, momentum=beta)
    whole = run(optimizer, starts.copy(), 20)
    part = run(optimizer.rows(slice(2, 5), starts), starts[2:5].copy(), 20)
    assert part.tolist() == whole[2:5].tolist()


@pytest.mark.parametrize(
    "case", TORCH["clipping"]["by norm"], ids=lambda case: str(case["max_norm"])
)
def test_clip_by_norm_matches_pytorch(case):
    grad = np.array(TORCH["clipping"]["grad"])
    assert clip_by_norm(grad, case["max_norm"]) == pytest.approx(case["norm"], rel=1e-14)
    np.testing.assert_allclose(grad, case["clipped"], rtol=1e-14)


def test_clip_by_value_matches_pytorch():
    grad = np.array(TORCH["clipping"]["grad"])
    assert clip_by_value(grad, 0.5) is None
    assert grad.tolist() == TORCH["clipping"]["by value 0.5"]


# ── errors in words ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: SGD(-0.1), r"lr must be ≥ 0, got -0.1; the minus sign is already in the update"),
        (lambda: SGD(float("nan")), "lr must be ≥ 0, got nan"),
        (lambda: SGD(np.array([0.1, -2.0])), "lr must be ≥ 0, got -2"),
        (lambda: SGD(0.1, momentum=1.0), "momentum must be at least 0 and below 1, got 1"),
        (lambda: SGD(0.1, momentum=-0.1), "momentum must be at least 0 and below 1, got -0.1"),
        (lambda: SGD(np.inf), "lr must be finite, got inf"),
        (lambda: RMSProp(alpha=1.0), "alpha must be at least 0 and below 1, got 1"),
        (lambda: RMSProp(momentum=2), "momentum must be at least 0 and below 1, got 2"),
        (lambda: AdaDelta(rho=-1), "rho must be at least 0 and below 1, got -1"),
        (lambda: RMSProp(alpha=np.array([0.9, 0.8])), r"alpha must be one number, got \[0.9 0.8\]"),
        (lambda: AdaDelta(rho=[0.9]), r"rho must be one number, got \[0.9\]"),
        (lambda: Adam(betas=0.9), "betas must be two numbers, got 0.9"),
        (lambda: Adam(betas=(0.9, 0.99, 0.999)), "betas must be two numbers"),
        (lambda: AdaGrad(eps=np.nan), "eps must be ≥ 0, got nan"),
        (lambda: NAdam(betas=(-0.1, 0.9)), "betas must be at least 0 and below 1, got -0.1"),
        (lambda: NAdam(momentum_decay=-1), "momentum_decay must be ≥ 0, got -1"),
        (lambda: AdamW(weight_decay=-1), "weight_decay must be ≥ 0, got -1"),
        (
            lambda: SGD(lambda t: np.ones(5)).step(np.ones(2), np.ones(2)),
            r"lr has shape \(5,\).*\(2,\)",
        ),
        (lambda: SGD(0.1, momentum=[0.5, np.nan]), "below 1, got nan"),
        (lambda: SGD(0.1, weight_decay=-1), "weight_decay must be ≥ 0, got -1"),
        (
            lambda: SGD(0.1, nesterov=True).step(np.ones(2), np.ones(2)),
            "nesterov needs momentum above 0",
        ),
        (
            lambda: Adam(betas=(0.9, 1.0)),
            r"betas must be at least 0 and below 1, got 1; try \(0.9, 0.999\)",
        ),
        (lambda: Adam(eps=-1.0), "eps must be ≥ 0, got -1"),
        (lambda: clip_by_norm(np.ones(2), -1), "max_norm must be ≥ 0, got -1"),
        (lambda: clip_by_value(np.ones(2), np.nan), "limit must be ≥ 0, got nan"),
        (lambda: SGD(lambda t: -1.0).step(np.ones(2), np.ones(2)), "lr must be ≥ 0, got -1"),
        (
            lambda: SGD(0.1).step(np.ones(2), np.ones(3)),
            r"grad has shape \(3,\) but theta has shape \(2,\)",
        ),
        (lambda: SGD(0.1).step(np.ones(2), 1.0), r"grad has shape \(\) but theta has shape \(2,\)"),
        (
            lambda: SGD(np.ones(5)).step(np.ones((5, 2)), np.ones((5, 2))),
            r"lr has shape \(5,\).*\(5, 2\).*\(5, 1\)",
        ),
        (
            lambda: SGD(np.ones((5, 1))).step(np.ones(2), np.ones(2)),
            r"lr has shape \(5, 1\).*\(2,\)",
        ),
        (
            lambda: SGD(0.1, momentum=[0.5] * 3).step(np.ones(2), np.ones(2)),
            r"momentum has shape \(3,\).*\(2,\)",
        ),
    ],
)
def test_wrong_numbers_and_shapes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "theta, what", [(np.array([1, 2]), "int64"), ([1.0, 2.0], "list"), (1.0, "float")]
)
def test_theta_that_cannot_change_in_place_is_refused(theta, what):
    with pytest.raises(TypeError, match=f"theta is changed in place.*got .*{what}"):
        SGD(0.1).step(theta, np.ones(2))


def test_a_rule_of_your_own_is_one_method():
    class SignDescent(Optimizer):
        def update(self, theta, grad, lr=0.5, momentum=0):
            theta -= lr * np.sign(grad)

    assert SignDescent().step(np.ones(2), np.array([3.0, -0.1])).tolist() == [0.5, 1.5]
    with pytest.raises(ValueError, match="momentum must be at least 0 and below 1"):
        SignDescent(momentum=1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'beta'"):
        SignDescent(beta=1)


@every_rule
def test_overflow_is_contained_without_warnings(rule):
    theta, optimizer = np.ones(3), rule(1e300)
    with np.errstate(all="raise", over="ignore", invalid="ignore"):
        for grad in ([1e300, 1.0, np.inf], [-1e300, 0.0, np.nan]):
            with np.errstate(all="ignore"):
                optimizer.step(theta, np.array(grad))
    assert np.isnan(theta[2])


def test_another_shape_of_theta_asks_for_reset():
    optimizer = SGD(0.1, momentum=0.9)
    optimizer.step(np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match=r"\(3,\) but had \(2,\).*reset\(\)"):
        optimizer.step(np.ones(3), np.ones(3))
