"""The picture of a search: a dot for each trial, a ring around the best, crosses for the failed."""

import numpy as np
import pytest

from helpers.pictures import plots
from helpers.pictures.trials import trials
from helpers.spaces import Choice, Integer, LogUniform
from helpers.trials import Found, Trial

SPACE = {"lr": LogUniform(1e-3, 1), "width": Integer(1, 9), "activation": Choice("relu", "tanh")}


def found(*values):
    configs = [{"lr": 0.1, "width": 2, "activation": "relu"} for _ in values]
    return Found(SPACE, [Trial(k, c, value=v) for k, (c, v) in enumerate(zip(configs, values))])


def test_each_panel_has_a_dot_for_each_trial_with_a_value_and_a_cross_for_each_without():
    _, axes = plots.figure(columns=3)
    dots = trials(axes, found(0.5, None, 0.9))
    assert [len(one.get_offsets()) for one in dots] == [2, 2, 2]
    assert [ax.get_xscale() for ax in axes] == ["log", "linear", "linear"]
    crosses = [ax.collections[1].get_offsets() for ax in axes]
    assert [len(one) for one in crosses] == [1, 1, 1]
    ring = axes[0].collections[2].get_offsets()
    assert np.asarray(ring).tolist() == [[0.1, 0.9]]


def test_a_search_without_any_value_can_be_drawn():
    _, axes = plots.figure(columns=3)
    assert [len(one.get_offsets()) for one in trials(axes, found(None, None))] == [0, 0, 0]


def test_the_number_of_axes_must_fit():
    _, axes = plots.figure(columns=2)
    with pytest.raises(ValueError, match="3 parameters need as many axes, got 2"):
        trials(axes, found(0.5))
