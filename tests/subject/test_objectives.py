"""What searches are tried on: a network on few digits, and a table of such networks."""

import numpy as np
import pytest

from helpers.objectives import (
    LABELS,
    RUNGS,
    VALIDATION,
    digits,
    digits_curve,
    few_digits,
    stored,
    train_again,
)
from helpers.optim import SGD
from tools import searches

ROWS = stored()


def rng():
    return np.random.default_rng(0)


def test_the_digits_are_dealt_anew_by_the_split_and_the_same_by_the_same():
    one, again, other = few_digits(), few_digits(), few_digits(split=1)
    assert (one.train.X == again.train.X).all() and (one.train.X != other.train.X).any()
    assert [len(part.X) for part in other] == [LABELS, VALIDATION, 1797 - LABELS - VALIDATION]


def test_a_fifth_of_the_training_labels_is_wrong_and_no_other_label():
    clean, spoilt = few_digits(split=2), few_digits(0.2, split=2)
    assert (clean.train.X == spoilt.train.X).all()
    assert np.mean(clean.train.y != spoilt.train.y) == pytest.approx(0.2)
    assert (clean.val.y == spoilt.val.y).all() and (clean.test.y == spoilt.test.y).all()


def test_a_curve_that_diverges_stands_at_zero_from_there_on():
    with np.errstate(all="ignore"):
        curve = digits_curve(1e30, 16, 3, rng(), SGD)
    assert len(curve) == 3 and curve[-1] == 0.0


def test_the_objective_is_the_end_of_its_curve():
    assert digits(0.01, 8, rng(), epochs=2) == digits_curve(0.01, 8, 2, rng())[-1]


# The table


def test_the_table_holds_what_its_script_trains_in_that_order():
    networks = list(searches.networks())
    assert len(networks) == len(ROWS)
    for row, network in zip(ROWS, networks):
        assert {name: row[name].item() for name in network} == network


def test_the_best_so_far_never_falls_and_is_no_less_than_the_last():
    after = np.stack([ROWS[f"after_{epochs}"] for epochs in RUNGS])
    best = np.stack([ROWS[f"best_{epochs}"] for epochs in RUNGS])
    assert (best >= after).all() and (np.diff(best, axis=0) >= 0).all()
    assert (after >= 0).all() and best.max() <= VALIDATION


@pytest.mark.parametrize("number", range(0, len(ROWS), len(ROWS) // 8))
def test_a_row_trained_again_gives_its_numbers(number):
    """Rounding grows over 810 steps, and differs between machines: a few digits may too."""
    row = ROWS[number]
    right = VALIDATION * np.array(train_again(row))[np.array(RUNGS) - 1]
    expected = np.array([row[f"after_{epochs}"] for epochs in RUNGS])
    assert abs(right - expected)[:3] == pytest.approx(0, abs=8)
    assert abs(right - expected)[3:] == pytest.approx(0, abs=18)
