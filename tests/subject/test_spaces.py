"""Ranges, and ways to place points: values in their range, and points where they should be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc

from helpers.spaces import (
    Choice,
    Grid,
    Halving,
    Integer,
    LatinHypercube,
    LogUniform,
    Random,
    Uniform,
    configurations,
)

SPACE = {
    "lr": LogUniform(1e-4, 10),
    "width": Integer(4, 64),
    "decay": Uniform(0, 0.5),
    "activation": Choice("relu", "tanh"),
}


@given(st.floats(0, 1))
def test_every_value_lies_in_its_range(u):
    values = {name: span.at(u) for name, span in SPACE.items()}
    assert 1e-4 <= values["lr"] * (1 + 1e-12) and values["lr"] <= 10 * (1 + 1e-12)
    assert 4 <= values["width"] <= 64 and isinstance(values["width"], int)
    assert 0 <= values["decay"] <= 0.5
    assert values["activation"] in ("relu", "tanh")


def test_whole_numbers_and_options_are_equally_likely():
    us = (np.arange(3000) + 0.5) / 3000
    numbers = np.array([Integer(1, 3).at(u) for u in us])
    words = np.array([Choice("a", "b", "c").at(u) for u in us])
    assert [np.sum(numbers == n) for n in (1, 2, 3)] == [1000] * 3
    assert [np.sum(words == w) for w in "abc"] == [1000] * 3


def test_a_log_uniform_range_gives_each_power_of_ten_as_much():
    values = np.array([LogUniform(1e-3, 1).at(u) for u in (np.arange(300) + 0.5) / 300])
    assert np.histogram(values, [1e-3, 1e-2, 1e-1, 1])[0].tolist() == [100] * 3


def test_a_latin_hypercube_has_a_point_in_every_slice_like_scipys():
    ours = LatinHypercube().points(SPACE, 25, np.random.default_rng(0))
    scipys = qmc.LatinHypercube(4).random(25)
    for points in (ours, scipys):
        assert (np.sort(np.floor(25 * points), axis=0) == np.arange(25)[:, None]).all()
    assert len(np.unique(np.floor(25 * ours[:, 0]) - np.floor(25 * ours[:, 1]))) > 5  # no diagonal


def test_a_grid_holds_every_combination_once():
    space = {"a": Uniform(0, 1), "b": Choice("x", "y", "z"), "c": Uniform(0, 1)}
    points = Grid().points(space, 12)
    assert len(np.unique(points, axis=0)) == 12
    assert sorted({span.at(u) for span, u in zip([space["b"]] * 12, points[:, 1])}) == list("xyz")
    assert set(points[:, 0]) == {0.25, 0.75} and set(Grid(ends=True).points(space, 12)[:, 0]) == {
        0,
        1,
    }


def test_a_budget_that_makes_no_grid_names_two_that_do():
    with pytest.raises(ValueError, match=r"10 trials make no grid.*a budget of 9 or 16 does"):
        Grid().points({"a": Uniform(0, 1), "b": Uniform(0, 1)}, 10)


def test_halving_ends_with_one_trial_or_with_the_most_epochs():
    assert Halving(eta=3, least=3, most=81).rungs(27) == [(3, 27), (9, 9), (27, 3), (81, 1)]
    assert Halving(eta=2, least=1, most=3).rungs(9) == [(1, 9), (2, 4), (3, 2)]
    assert Halving(least=5, most=5).rungs(4) == [(5, 4)]


def test_configurations_are_those_of_the_seed():
    one, same, other = (
        configurations(SPACE, Random(), 5, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert one == same and one != other


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: configurations({}, Random(), 3, np.random.default_rng(0)), "the space is empty"),
        (lambda: configurations(SPACE, Random(), 0, np.random.default_rng(0)), "budget must be"),
        (lambda: configurations(SPACE, Random(), 2.5, np.random.default_rng(0)), "budget must be"),
        (
            lambda: configurations({"lr": (0, 1)}, Random(), 3, np.random.default_rng(0)),
            r"space\['lr'\] must be a range",
        ),
        (lambda: LogUniform(0, 1), "low must be above 0"),
        (lambda: LogUniform(-1, 1), "low must be above 0"),
        (lambda: Uniform(1, 1), "low must be below high"),
        (lambda: Uniform(0, float("nan")), "both ends must be finite"),
        (lambda: Uniform("0", 1), "both ends must be finite"),
        (lambda: Integer(1.5, 3), "must be a whole number"),
        (lambda: Choice(), "has no option"),
        (lambda: Halving(eta=1), "eta must be a whole number"),
        (lambda: Halving(least=9, most=3), "most must be a whole number"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
