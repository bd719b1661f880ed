"""What all update rules share: checked numbers, a state for each array, any shape and dtype."""

import copy
import gc
import pickle
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.fields import columns
from helpers.optim import SGD, AdaDelta, AdaGrad, Adam, AdamW, NAdam, RMSProp
from helpers.optimizer import Optimizer
from helpers.surfaces import himmelblau
from tests.support.rules import RULES, every_rule, run

BUFFERS = {
    "SGD": set(),
    "Momentum": {"momentum_buffer"},
    "Nesterov": {"momentum_buffer"},
    "weight decay": set(),
    "all": {"momentum_buffer"},
    "AdaGrad": {"sum"},
    "AdaDelta": {"square_avg", "acc_delta"},
    "RMSProp": {"square_avg"},
    "RMSProp, all": {"square_avg", "momentum_buffer"},
    "Adam": {"exp_avg", "exp_avg_sq"},
    "Adam, all": {"exp_avg", "exp_avg_sq"},
    "AdamW": {"exp_avg", "exp_avg_sq"},
    "NAdam": {"exp_avg", "exp_avg_sq", "mu_product"},
}


class HeavyBall(Optimizer):
    """As a learner writes it, in six lines."""

    def __init__(self, lr, momentum=0.9):
        super().__init__(lr=lr, momentum=momentum)

    def update(self, theta, grad, lr):
        v = self.memory("velocity", theta)
        v *= self.momentum
        v += grad
        theta -= lr * v


class OwnAdam(Optimizer):
    """Adam as in the paper, with weight decay."""

    def __init__(self, lr, betas=(0.9, 0.999), weight_decay=0):
        super().__init__(lr=lr, betas=betas, weight_decay=weight_decay)

    def update(self, theta, grad, lr):
        beta1, beta2 = self.betas
        grad = grad + self.weight_decay * theta
        m = self.memory("m", theta)
        v = self.memory("v", theta)
        m[...] = beta1 * m + (1 - beta1) * grad
        v[...] = beta2 * v + (1 - beta2) * grad**2
        m_hat = m / (1 - beta1**self.t)
        v_hat = v / (1 - beta2**self.t)
        theta -= lr * m_hat / (np.sqrt(v_hat) + 1e-8)


# ── a rule of one's own ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("momentum", [0, 0.9, np.array([0.0, 0.5])], ids=str)
def test_a_heavy_ball_of_ones_own_is_sgd_with_momentum(momentum):
    start = np.array([1.0, 2.0])
    mine = run(HeavyBall(0.003, momentum), start.copy(), 30)
    np.testing.assert_array_equal(mine, run(SGD(0.003, momentum), start.copy(), 30))


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0, 0.999), (0.9, 0), (0, 0)], ids=str)
@pytest.mark.parametrize("weight_decay", [0, 0.1])
def test_an_adam_of_ones_own_is_adam_with_any_betas_and_weight_decay(betas, weight_decay):
    start = np.array([1.0, 2.0])
    mine = run(OwnAdam(0.01, betas, weight_decay), start.copy(), 30)
    theirs = run(Adam(0.01, betas, weight_decay=weight_decay), start.copy(), 30)
    np.testing.assert_allclose(mine, theirs, rtol=1e-12)


def test_numbers_are_attributes_with_the_values_that_were_given():
    rule = OwnAdam(np.float32(0.25), betas=[0, 0.5])
    assert (rule.lr, rule.betas, rule.weight_decay) == (0.25, (0.0, 0.5), 0.0)
    assert HeavyBall(0.1, momentum=[0.5, 0.75]).momentum.tolist() == [0.5, 0.75]


def test_a_rule_without_numbers_of_its_own_needs_no_constructor():
    class SignDescent(Optimizer):
        def update(self, theta, grad, lr):
            theta -= lr * np.sign(grad)

    assert SignDescent(lr=0.5).step(np.ones(2), np.array([3.0, -0.1])).tolist() == [0.5, 1.5]


def test_a_number_of_ones_own_may_be_anything():
    class Own(Optimizer):
        def __init__(self, lr, alpha, direction):
            super().__init__(lr=lr, alpha=alpha, direction=direction)

        def update(self, theta, grad, lr):
            theta -= lr * self.alpha * self.direction * grad

    assert Own(0.5, alpha=-2, direction=np.array([1, 0])).step(np.ones(2), np.ones(2)).tolist() == [
        2.0,
        1.0,
    ]


def test_a_rule_that_returns_the_new_theta_is_told_to_change_it():
    class Returning(Optimizer):
        def update(self, theta, grad, lr):
            return theta - lr * grad

    with pytest.raises(TypeError, match=r"in place \(theta -= …\).*Returning.*ndarray"):
        Returning(0.1).step(np.ones(2), np.ones(2))


def test_a_rule_without_an_update_is_told_to_have_one():
    with pytest.raises(NotImplementedError, match=r"Optimizer must say in update\("):
        Optimizer(0.1).step(np.ones(2), np.ones(2))


def test_a_number_with_the_name_of_a_method_is_refused():
    class Own(Optimizer):
        def __init__(self, lr, memory):
            super().__init__(lr=lr, memory=memory)

    with pytest.raises(ValueError, match="every Optimizer has a 'memory'"):
        Own(0.1, memory=10)


def test_a_number_that_does_not_go_through_the_constructor_is_refused():
    class Own(Optimizer):
        def __init__(self, lr, beta):
            self.beta = beta
            super().__init__(lr=lr)

    with pytest.raises(AttributeError, match=r"Own has no 'beta'.*super\(\).__init__\(…\)"):
        Own(0.1, beta=0.5)


# ── any shape, any dtype ─────────────────────────────────────────────────────────────────────────


@every_rule
def test_field_of_rates_equals_its_runs_one_by_one_bit_for_bit(rule):
    rng = np.random.default_rng(2)
    starts, rates = rng.uniform(-4, 4, (20, 2)), rng.uniform(0, 0.01, (20, 1))
    field = run(rule(rates), columns(starts), 50)
    for index in range(20):
        alone = run(rule(float(rates[index, 0])), starts[index].copy(), 50)
        assert field[index].tolist() == alone.tolist()


@pytest.mark.parametrize("name", ["momentum", "weight_decay"])
def test_momentum_and_weight_decay_may_be_fields_too(name):
    starts = np.random.default_rng(3).uniform(-4, 4, (5, 2))
    numbers = np.array([[0.0], [0.5], [0.8], [0.9], [0.95]])
    field = run(SGD(0.003, **{name: numbers}), starts.copy(), 30)
    for number, start, end in zip(numbers[:, 0], starts, field):
        assert run(SGD(0.003, **{name: number}), start.copy(), 30).tolist() == end.tolist()


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
def test_theta_may_be_its_own_gradient(rule):
    """As on ½ ‖θ‖², where the two are equal."""
    theta, other = np.array([1.0, -2.0]), np.array([1.0, -2.0])
    assert rule(0.1).step(theta, theta).tolist() == rule(0.1).step(other, other.copy()).tolist()


@every_rule
def test_float32_stays_float32_in_state_and_theta(rule):
    theta = np.ones((3, 2), np.float32)
    optimizer = rule(np.full((3, 1), 0.1))
    optimizer.step(theta, np.ones_like(theta))
    assert theta.dtype == np.float32
    for memory in optimizer.state.values():
        assert memory.ndim == 0 or memory.dtype == np.float32


def test_a_field_of_rates_on_float32_computes_in_float32():
    theta, grad = np.ones((3, 2), np.float32), np.full((3, 2), 1.1, np.float32)
    rates = np.array([[0.1], [0.3], [0.7]])
    expected = theta - rates.astype(np.float32) * grad
    assert SGD(rates).step(theta, grad).tolist() == expected.tolist()


@pytest.mark.parametrize("dtype, large", [(np.int8, 100), (np.uint8, 200), (np.float16, 3e4)])
@pytest.mark.parametrize("rule", [AdaGrad, RMSProp, AdaDelta, Adam, NAdam])
def test_a_square_of_the_gradient_is_never_taken_in_a_smaller_type(rule, dtype, large):
    grad = np.array([large, 1], dtype)
    exact = rule().step(np.ones(2), grad.astype(float))
    assert rule().step(np.ones(2), grad).tolist() == exact.tolist()


def test_a_list_is_a_gradient_too():
    assert SGD(0.5).step(np.ones(2), [1, 2]).tolist() == [0.5, 0.0]


@every_rule
def test_overflow_is_contained_without_warnings(rule):
    theta, optimizer = np.ones(3), rule(1e300)
    with np.errstate(all="ignore"):
        for grad in ([1e300, 1.0, np.inf], [-1e300, 0.0, np.nan]):
            optimizer.step(theta, np.array(grad))
    assert np.isnan(theta[2])


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_fades_to_zero_raises_nothing_under_seterr_raise(rule, dtype):
    theta, optimizer = np.ones(3, dtype), rule(1e-3)
    tiny = float(np.finfo(dtype).tiny)
    with np.errstate(all="raise"):
        for size in (1.0, tiny**0.6, tiny, 0.0):
            for _ in range(5):
                optimizer.step(theta, np.full(3, size, dtype))
    assert np.isfinite(theta).all()


def test_an_overflow_still_raises_under_seterr_raise():
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
        AdaGrad().step(np.ones(2), np.array([1e200, 1.0]))


# ── state belongs to the array it was made for ───────────────────────────────────────────────────


@pytest.mark.parametrize("name", RULES)
def test_state_names_every_buffer_as_pytorch_does(name):
    optimizer = RULES[name](0.01)
    assert optimizer.state == {} and optimizer.t == 0
    theta = np.ones(3)
    optimizer.step(theta, np.ones(3))
    assert set(optimizer.state) == BUFFERS[name]
    assert optimizer.t == 1


def test_memory_is_reused_with_the_layout_of_theta():
    theta = columns(np.ones((4, 2)))
    optimizer = SGD(0.1, momentum=0.9)
    optimizer.step(theta, np.ones_like(theta))
    velocity = optimizer.state["momentum_buffer"]
    optimizer.step(theta, np.ones_like(theta))
    assert optimizer.state["momentum_buffer"] is velocity
    assert velocity.strides == theta.strides
    np.testing.assert_allclose(velocity, 1.9)


@every_rule
def test_two_arrays_of_equal_shape_have_a_state_each(rule):
    w, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    alone = run(rule(0.01), w.copy(), 5), run(rule(0.01), b.copy(), 5)
    shared = rule(0.01)
    for _ in range(5):
        run(shared, w, 1)
        run(shared, b, 1)
    assert (w.tolist(), b.tolist()) == (alone[0].tolist(), alone[1].tolist())


def test_an_array_that_was_never_pushed_does_not_move():
    w, b, optimizer = np.ones(2), np.zeros(2), Adam(0.1)
    optimizer.step(w, np.ones(2))
    assert optimizer.step(b, np.zeros(2)).tolist() == [0, 0]


def test_each_array_counts_its_own_steps_for_the_schedule():
    asked = []
    optimizer = SGD(lambda t: asked.append(t) or 0.1)
    w, b = np.ones(2), np.ones(3)
    for theta in (w, w, b, w, b):
        optimizer.step(theta, theta.copy())
    assert asked == [0, 1, 0, 2, 1]
    assert optimizer.t == 2


def test_state_and_t_are_those_of_the_array_stepped_last():
    w, b, optimizer = np.ones(2), np.ones(3), SGD(0.1, momentum=0.9)
    for theta in (w, w, b):
        optimizer.step(theta, np.ones_like(theta))
    assert optimizer.t == 1 and optimizer.state["momentum_buffer"].tolist() == [1, 1, 1]
    optimizer.step(w, np.ones(2))
    assert optimizer.t == 3 and optimizer.state["momentum_buffer"].shape == (2,)


def test_a_new_view_of_the_same_memory_is_the_same_array():
    home = np.ones((4, 2))
    optimizer = SGD(0.1, momentum=0.5)
    for view in [home[1:3], home[1:3], home[1:3]]:
        optimizer.step(view, np.ones((2, 2)))
    assert optimizer.t == 3
    np.testing.assert_allclose(home[1:3], 1 - 0.1 * (1 + 1.5 + 1.75))


@pytest.mark.parametrize(
    "other",
    [lambda x: x[1:], lambda x: x[:3], lambda x: x.reshape(2, 2), lambda x: x[::-1]],
    ids=["other address", "shorter", "other shape", "other strides"],
)
def test_another_view_of_the_same_memory_is_another_array(other):
    theta, optimizer = np.ones(4), SGD(0.1, momentum=0.5)
    optimizer.step(theta, np.ones(4))
    view = other(theta)
    optimizer.step(view, np.ones(view.shape))
    assert optimizer.t == 1


def test_an_array_whose_shape_was_set_begins_afresh():
    theta, optimizer = np.ones(4), SGD(0.1, momentum=0.5)
    optimizer.step(theta, np.ones(4))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # numpy 2.5 prefers theta.reshape
        theta.shape = (2, 2)
    optimizer.step(theta, np.ones((2, 2)))
    assert optimizer.state["momentum_buffer"].shape == (2, 2)


def test_memory_that_is_not_numpys_own_keeps_its_state_in_new_arrays():
    numbers = bytearray(np.ones(3).tobytes())
    optimizer = SGD(0.1, momentum=0.5)
    for _ in range(2):
        optimizer.step(np.frombuffer(numbers), np.ones(3))
        gc.collect()
    assert optimizer.t == 2
    np.testing.assert_allclose(np.frombuffer(numbers), 1 - 0.1 * (1 + 1.5))


def test_no_array_meets_the_state_of_one_that_is_gone():
    """Numpy hands the memory of a small array that is gone to the next one of its size."""
    optimizer, addresses = SGD(0.1, momentum=0.5), []
    for _ in range(50):
        theta = np.ones(3)
        addresses.append(theta.ctypes.data)
        assert optimizer.step(theta, np.ones(3)).tolist() == [0.9] * 3
        assert optimizer.t == 1
        del theta
    assert len(set(addresses)) < 50


def test_what_was_remembered_of_arrays_that_are_gone_takes_no_room():
    optimizer = Adam(0.1)
    optimizer.step(np.ones(1000), np.ones(1000))
    tracemalloc.start()
    try:
        for _ in range(100):
            optimizer.step(np.ones(1000), np.ones(1000))
        now, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now < 3 * 2 * 8_000  # of the last array alone, and not of a hundred


def test_an_optimizer_that_is_gone_leaves_nothing_behind_while_its_array_lives():
    theta = np.ones(1000)
    tracemalloc.start()
    try:
        for _ in range(100):
            Adam(0.1).step(theta, np.ones(1000))
        now, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now < 3 * 2 * 8_000


@every_rule
def test_reset_forgets_everything_and_makes_the_next_step_the_first(rule):
    """NAdam's product of momenta included, which is no array like theta."""
    start = np.array([1.0, 2.0])
    theta, optimizer = start.copy(), rule(0.01)
    first = run(optimizer, theta, 3).tolist()
    optimizer.reset()
    assert optimizer.t == 0 and optimizer.state == {}
    theta[:] = start
    assert run(optimizer, theta, 3).tolist() == first
    assert optimizer.t == 3


@every_rule
@pytest.mark.parametrize(
    "make", [copy.copy, copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))],
    ids=["copy", "deepcopy", "pickle"],
)  # fmt: skip
def test_a_copy_has_the_numbers_and_begins_afresh(rule, make):
    start = np.array([1.0, 2.0])
    theta, optimizer = start.copy(), rule(0.01)
    first = run(optimizer, theta, 3).tolist()
    other = make(optimizer)
    assert other.t == 0 and other.state == {} and repr(other) == repr(optimizer)
    theta[:] = start
    assert run(other, theta, 3).tolist() == first
    assert optimizer.t == 3  # and the old one has not noticed


def test_a_deep_copied_array_is_another_one():
    theta, optimizer = np.ones(2), SGD(0.1, momentum=0.9)
    optimizer.step(theta, np.ones(2))
    optimizer.step(copy.deepcopy(theta), np.ones(2))
    assert optimizer.t == 1


# ── numbers are set and checked between steps ────────────────────────────────────────────────────


def test_a_rate_set_between_steps_is_in_force():
    theta, optimizer = np.zeros(2), SGD(0.1, momentum=0.5)
    optimizer.step(theta, np.ones(2))
    optimizer.lr = np.array([1.0, 0.0])
    optimizer.step(theta, np.ones(2))
    np.testing.assert_allclose(theta, [-1.6, -0.1])
    assert optimizer.lr.tolist() == [1.0, 0.0]


def test_a_momentum_set_between_steps_is_in_force():
    theta, optimizer = np.zeros(1), SGD(0.1, momentum=0.9)
    optimizer.step(theta, np.ones(1))
    optimizer.momentum = 0.5
    optimizer.step(theta, np.ones(1))
    np.testing.assert_allclose(theta, -0.1 * (1 + 1.5))


@pytest.mark.parametrize(
    "name, value, message",
    [
        ("lr", -1.0, "lr must be ≥ 0, got -1"),
        ("betas", (0.9, 1), r"betas must be at least 0 and below 1, got 1; try \(0.9, 0.999\)"),
        ("weight_decay", np.nan, "weight_decay must be ≥ 0, got nan"),
        ("eps", -1, "eps must be ≥ 0, got -1"),
    ],
)
def test_a_number_set_between_steps_is_checked(name, value, message):
    optimizer = Adam(0.1)
    before = repr(optimizer)
    with pytest.raises(ValueError, match=message):
        setattr(optimizer, name, value)
    assert repr(optimizer) == before


def test_an_array_set_between_steps_must_fit_theta():
    theta, optimizer = np.zeros(2), SGD(0.1, momentum=0.5)
    optimizer.step(theta, np.ones(2))
    optimizer.momentum = np.full(3, 0.5)
    with pytest.raises(ValueError, match=r"momentum has shape \(3,\).*\(2,\)"):
        optimizer.step(theta, np.ones(2))
    assert optimizer.t == 1


def test_an_array_of_numbers_is_the_optimizers_own():
    rates = np.array([0.1, 0.2])
    optimizer = SGD(rates)
    rates[:] = -1
    assert optimizer.lr.tolist() == [0.1, 0.2]


def test_an_unknown_name_is_an_error_that_lists_the_known_ones():
    optimizer = SGD(0.1, momentum=0.9)
    with pytest.raises(
        AttributeError, match="SGD has no 'momentun', it has lr, momentum, nesterov, weight_decay"
    ):
        optimizer.momentun = 0.5
    assert not hasattr(optimizer, "momentun")


@pytest.mark.parametrize("name", ["t", "state"])
def test_what_the_optimizer_counts_cannot_be_set(name):
    with pytest.raises(AttributeError):
        setattr(SGD(0.1), name, 3)


def test_an_optimizer_shows_its_numbers():
    assert repr(SGD(0.1)) == "SGD(lr=0.1, momentum=0.0, nesterov=False, weight_decay=0.0)"


# ── blocks of rows ───────────────────────────────────────────────────────────────────────────────


def test_rows_cut_the_arrays_that_have_one_entry_for_each_row():
    rng = np.random.default_rng(4)
    starts = rng.uniform(-3, 3, (6, 4, 2))
    lr, beta = rng.uniform(0, 0.01, (6, 1, 1)), rng.uniform(0, 0.9, (1, 4, 1))
    optimizer = SGD(lr, momentum=beta)
    whole = run(optimizer, starts.copy(), 20)
    part = run(optimizer.rows(slice(2, 5), starts), starts[2:5].copy(), 20)
    assert part.tolist() == whole[2:5].tolist()


def test_rows_cut_what_a_schedule_returns():
    starts, lr = np.ones((6, 2)), np.linspace(0, 0.01, 6)[:, None]
    part = SGD(lambda t: lr / (1 + t)).rows(slice(2, 5), starts)
    assert part.lr(1).tolist() == (lr[2:5] / 2).tolist()


# ── errors in words ──────────────────────────────────────────────────────────────────────────────


def one_step(optimizer, shape=(2,)):
    optimizer.step(np.ones(shape), np.ones(shape))


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
        (lambda: SGD(0.1, momentum=[0.5, np.nan]), "below 1, got nan"),
        (lambda: SGD(0.1, weight_decay=-1), "weight_decay must be ≥ 0, got -1"),
        (lambda: SGD(0.1, nesterov=True), "nesterov needs momentum above 0, got 0"),
        (lambda: Adam(betas=(0.9, 1.0)), r"betas must be at least 0 and below 1, got 1; try \(0.9"),
        (lambda: Adam(eps=-1.0), "eps must be ≥ 0, got -1"),
        (lambda: one_step(SGD(lambda t: -1.0)), "lr must be ≥ 0, got -1"),
        (lambda: one_step(SGD(lambda t: np.ones(5))), r"lr has shape \(5,\).*\(2,\)"),
        (lambda: one_step(SGD(np.ones(5)), (5, 2)), r"lr has shape \(5,\).*\(5, 2\).*\(5, 1\)"),
        (lambda: one_step(SGD(np.ones((5, 1)))), r"lr has shape \(5, 1\).*\(2,\)"),
        (lambda: one_step(SGD(0.1, [0.5] * 3)), r"momentum has shape \(3,\).*\(2,\)"),
        (
            lambda: SGD(0.1).step(np.ones(2), np.ones(3)),
            r"grad has shape \(3,\) but theta has shape \(2,\)",
        ),
        (lambda: SGD(0.1).step(np.ones(2), 1.0), r"grad has shape \(\) but theta has shape \(2,\)"),
    ],
)
def test_wrong_numbers_and_shapes_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: SGD(None), "lr must be a number, got None"),
        (lambda: SGD("0.1"), "lr must be a number, got '0.1'"),
        (lambda: SGD(0.1, momentum=himmelblau), "momentum must be a number, got <function"),
        (lambda: one_step(SGD(lambda t: None)), "lr must be a number, got None"),
        (lambda: SGD(0.1, beta=0.9), "unexpected keyword argument 'beta'"),
    ],
)
def test_what_is_no_number_is_named(make, message):
    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize(
    "theta, what",
    [(np.array([1, 2]), "int64"), ([1.0, 2.0], "list"), (1.0, "float"), (None, "NoneType")],
)
def test_theta_that_cannot_change_in_place_is_refused(theta, what):
    with pytest.raises(TypeError, match=f"theta is changed in place.*got .*{what}"):
        SGD(0.1).step(theta, np.ones(2))


def test_theta_that_is_read_only_is_refused_before_anything_changes():
    theta, optimizer = np.broadcast_to(1.0, 3), SGD(0.1, momentum=0.9)
    with pytest.raises(
        TypeError, match=r"theta is changed in place, but it is read-only.*copy\(\)"
    ):
        optimizer.step(theta, np.ones(3))
    assert optimizer.t == 0
