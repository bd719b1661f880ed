"""Schedules: PyTorch's numbers, the shapes that their names promise, arrays, errors in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import schedules
from helpers.optim import SGD
from helpers.schedules import (
    ReduceOnPlateau,
    constant,
    cosine,
    cosine_restarts,
    exponential_decay,
    one_cycle,
    warmup,
    watcher,
)
from tests.support.reference import reference

TORCH = reference("schedules")
NAMES = ["constant", "step_decay", "exponential_decay", "cosine", "cosine_restarts", "one_cycle"]
CASES = [(name, options, rates) for name in NAMES for options, rates in TORCH[name]]


@pytest.mark.parametrize("name, options, rates", CASES)
def test_rates_match_pytorch_over_100_steps(name, options, rates):
    schedule = getattr(schedules, name)(0.4, **options)
    np.testing.assert_allclose([schedule(t) for t in range(100)], rates, rtol=0, atol=1e-12)


def test_warm_up_of_a_cosine_matches_pytorchs_linear_ramp_chained_with_it():
    schedule = warmup(cosine(0.4, 100), 8)
    rates = TORCH["warmup of cosine, 8 of 100"]
    np.testing.assert_allclose([schedule(t) for t in range(100)], rates, rtol=0, atol=1e-12)


@pytest.mark.parametrize("options, rates", TORCH["ReduceOnPlateau"])
def test_reduce_on_plateau_matches_pytorch(options, rates):
    schedule, taken = ReduceOnPlateau(0.4, **options), []
    for t, loss in enumerate(TORCH["losses"]):
        schedule.watch(loss)
        taken.append(schedule(t))
    np.testing.assert_allclose(taken, rates, rtol=0, atol=1e-12)
    assert len(set(taken)) > 1  # it did reduce


def test_reduce_on_plateau_counts_a_loss_that_is_no_number_as_no_progress():
    schedule = ReduceOnPlateau(0.4, factor=0.5, patience=2)
    for loss in (1.0, np.nan, np.inf, np.nan):
        schedule.watch(loss)
    assert schedule(0) == 0.2


def test_restarts_begin_anew_after_each_period_and_periods_grow():
    schedule = cosine_restarts(0.1, period=3, factor=2)
    assert [t for t in range(45) if schedule(t) == 0.1] == [0, 3, 9, 21]
    assert cosine_restarts(0.1, period=1)(12345) == 0.1


def test_warm_up_of_no_steps_is_no_warm_up():
    assert [warmup(constant(0.1), 0)(t) for t in range(3)] == [0.1] * 3


@given(total=st.integers(1, 30), pct=st.floats(0, 0.99))
def test_one_cycle_has_a_rate_for_every_step_of_its_total(total, pct):
    rates = [one_cycle(0.1, total, pct_start=pct)(t) for t in range(total)]
    assert all(0 < rate <= 0.1 + 1e-12 for rate in rates)


@pytest.mark.parametrize("factor", [0.0, 0.5])
def test_reduce_on_plateau_stops_at_the_least_rate(factor):
    schedule = ReduceOnPlateau(0.1, factor=factor, patience=0, lr_min=0.04)
    assert [schedule.watch(1.0) for _ in range(4)][-1] == 0.04


@pytest.mark.parametrize(
    "losses",
    [[-1.0] * 5, [-1.0, -1.00001, -1.00002, -1.00003, -1.00004], [0.0] * 5, [-3, -2, -1, 0, 1]],
    ids=["standing", "falling too little", "zero", "rising"],
)
def test_reduce_on_plateau_sees_a_plateau_below_zero_too(losses):
    schedule = ReduceOnPlateau(0.4, factor=0.5, patience=3)
    assert [schedule.watch(loss) for loss in losses] == [0.4, 0.4, 0.4, 0.4, 0.2]


@pytest.mark.parametrize("losses", [[-1, -2, -3, -4, -5], [2, 1, 0, -1, -2]], ids=str)
def test_a_loss_below_zero_that_falls_is_no_plateau(losses):
    schedule = ReduceOnPlateau(0.4, factor=0.5, patience=0)
    assert [schedule.watch(loss) for loss in losses] == [0.4] * 5


def test_a_plateau_behind_a_ramp_is_told_the_losses_and_reduces():
    schedule = warmup(warmup(ReduceOnPlateau(0.4, factor=0.5, patience=1), 4), 2)
    for loss in (1.0, 1.0, 1.0):
        schedule.watch(loss)
    assert [schedule(t) for t in (0, 1, 3, 9)] == [0.025, 0.1, 0.2, 0.2]


def test_a_ramp_over_a_plain_schedule_watches_nothing():
    assert watcher(warmup(constant(0.1), 3)) is None


@pytest.mark.parametrize("number", [0.1, None])
def test_a_ramp_over_a_number_is_refused(number):
    with pytest.raises(TypeError, match=f"needs a schedule, got {number}; try constant"):
        warmup(number, 3)


def test_an_array_of_rates_is_the_schedules_own():
    lr = np.array([0.1, 0.2])
    schedule = constant(lr)
    lr[:] = -1
    assert schedule(0).tolist() == [0.1, 0.2]


def test_a_rate_that_fades_to_zero_is_no_error():
    assert exponential_decay(0.1, 0.5)(5_000) == 0


def test_an_array_of_rates_is_a_schedule_for_every_run_at_once():
    lr = np.array([[0.1], [0.2]])
    for make in (
        constant,
        lambda lr: exponential_decay(lr, 0.9),
        lambda lr: warmup(cosine(lr, 10), 3),
    ):
        field, optimizer = np.ones((2, 2)), SGD(make(lr))
        runs = np.ones((2, 2))
        alone = [SGD(make(rate)) for rate in (0.1, 0.2)]
        for _ in range(10):
            optimizer.step(field, field.copy())
            for theta, one in zip(runs, alone):
                one.step(theta, theta.copy())
        assert field.tolist() == runs.tolist()


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: constant(-0.1), "lr must be ≥ 0, got -0.1"),
        (lambda: constant(np.nan), "lr must be ≥ 0, got nan"),
        (lambda: schedules.step_decay(0.1, gamma=-1, every=3), "gamma must be ≥ 0, got -1"),
        (
            lambda: schedules.step_decay(0.1, gamma=0.5, every=0),
            "every must be a whole number ≥ 1, got 0",
        ),
        (lambda: cosine(np.inf, 10), "lr must be finite, got inf"),
        (lambda: cosine(0.1, 10, lr_min=-1), "lr_min must be ≥ 0, got -1"),
        (lambda: cosine(0.1, 2.5), "total must be a whole number ≥ 1, got 2.5"),
        (
            lambda: cosine(0.1, 10)(11),
            "step must be a whole number from 0 to 10, got 11; give the schedule",
        ),
        (lambda: cosine(0.1, 10)(-1), "step must be a whole number from 0 to 10, got -1"),
        (
            lambda: cosine_restarts(0.1, period=0),
            "period must be a whole number ≥ 1, got 0",
        ),
        (
            lambda: cosine_restarts(0.1, period=3, factor=0.5),
            "factor must be a whole number ≥ 1, got 0.5",
        ),
        (lambda: one_cycle(0.1, 10)(10), "step must be a whole number from 0 to 9, got 10"),
        (
            lambda: one_cycle(0.1, 10, pct_start=1.5),
            "pct_start must be at least 0 and below 1, got 1.5",
        ),
        (lambda: warmup(constant(0.1), -1), "steps must be a whole number ≥ 0, got -1"),
        (lambda: ReduceOnPlateau(0.1, factor=2), "factor must be at least 0 and below 1, got 2"),
        (lambda: ReduceOnPlateau(-1), "lr must be ≥ 0, got -1"),
        (lambda: ReduceOnPlateau(0.1, lr_min=-1), "lr_min must be ≥ 0, got -1"),
        (
            lambda: ReduceOnPlateau(0.1, patience=1.5),
            "patience must be a whole number ≥ 0, got 1.5",
        ),
        (
            lambda: ReduceOnPlateau(0.1, threshold=np.nan),
            "threshold must be at least 0 and below 1, got nan",
        ),
        (lambda: one_cycle(0.1, 10, div_factor=0), "div_factor must be a number above 0, got 0"),
        (
            lambda: one_cycle(0.1, 10, final_div_factor=0),
            "final_div_factor must be a number above 0, got 0",
        ),
        (
            lambda: one_cycle(0.1, 10, final_div_factor=-1),
            "final_div_factor must be a number above 0, got -1",
        ),
        (
            lambda: exponential_decay(0.1, 1.1)(10_000),
            "at step 10000 the rate has grown 1.1\\^10000-fold.*try fewer steps",
        ),
        (
            lambda: ReduceOnPlateau(0.001, lr_min=0.01),
            "lr_min must not be above lr = 0.001, from which it falls; got 0.01",
        ),
        (lambda: ReduceOnPlateau([0.1, 0.2]), r"lr must be one number.*got \[0.1, 0.2\]"),
        (lambda: warmup(constant(0.1), 3)(-2), "step must be a whole number ≥ 0, got -2"),
        (lambda: warmup(lambda t: 0.1, 3)(-2), "step must be a whole number ≥ 0, got -2"),
        (lambda: cosine(0.1, np.nan), "total must be a whole number ≥ 1, got nan"),
        (
            lambda: exponential_decay(0.1, 0.9)(-1),
            "step must be a whole number ≥ 0, got -1",
        ),
        (lambda: cosine_restarts(0.1, 3)(-1), "step must be a whole number ≥ 0, got -1"),
    ],
)
def test_wrong_numbers_and_steps_beyond_the_total_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
