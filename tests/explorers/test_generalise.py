"""Lesson 10: what its three live figures compute, show and say."""

import threading

import numpy as np
import pytest

from helpers.datasets import load_digits, make_moons
from helpers.explorers import generalise as explore
from helpers.explorers.generalise.capacity import DEGREES, GRID, Fits, errors, truth
from helpers.explorers.generalise.double_descent import RIDGES, Curves, Models, counts
from helpers.explorers.generalise.regularise import LEVELS, WRONG, Moons, trained
from helpers.trainability import Cancelled
from tests.support.figures import show

SUM, TRAIN = "bias² + variance", "error at its own noisy points"


def finished(live, **values):
    """Set the controls, and wait until the figure shows what is computed in the end."""
    show(live, **values)
    live.wait()
    return live.seen


# ---- capacity: what it computes


@pytest.mark.parametrize("n", [16, 20, 200])
def test_a_fit_is_least_squares_whatever_its_columns_are(n):
    fits, y = Fits.of(n), np.random.default_rng(1).normal(size=n)
    for degree in (0, 3, 8):
        coefficients = np.polynomial.polynomial.polyfit(fits.x, y, degree)
        by_numpy = np.polynomial.polynomial.polyval(GRID, coefficients)
        np.testing.assert_allclose(fits.fit(y, degree), by_numpy, atol=1e-8)
        at_points = np.polynomial.polynomial.polyval(fits.x, coefficients)
        residual = np.mean((y - at_points) ** 2)
        assert fits.left_over(y[:, None])[degree] == pytest.approx(residual, abs=1e-12)


def test_bias_and_variance_add_up_to_the_mean_error_of_the_draws():
    fits, noise = Fits.of(20), 0.3
    targets = truth(fits.x)[:, None] + noise * fits.draws
    assert fits.draws.mean(axis=1) == pytest.approx(np.zeros(20), abs=1e-12)
    found = errors(fits.errors(), noise)
    for degree in (1, 5, 12):
        missed = np.mean((fits.fit(targets, degree) - truth(GRID)[:, None]) ** 2)
        assert found[SUM][degree] == pytest.approx(missed, rel=1e-10)


def test_the_error_at_the_points_only_falls_and_is_that_of_the_theory():
    found = errors(Fits.of(20).errors(), noise=0.3)
    assert (np.diff(found[TRAIN]) <= 1e-12).all()
    for degree in (7, 9, 12):  # where the bias is nothing
        theory = 0.09 * (1 - (degree + 1) / 20)
        assert found[TRAIN][degree] == pytest.approx(theory, rel=0.06)


def test_the_best_degree_grows_with_the_points_and_falls_with_the_noise():
    best = {
        (n, noise): int(errors(Fits.of(n).errors(), noise)[SUM].argmin())
        for n, noise in ((16, 1.0), (20, 0.1), (20, 0.3), (200, 0.3))
    }
    assert best == {(16, 1.0): 3, (20, 0.1): 7, (20, 0.3): 5, (200, 0.3): 7}


# ---- capacity: the figure


@pytest.fixture
def polynomial():
    live = explore.capacity()
    yield live
    live.close()


def test_capacity_first_shows_a_degree_that_is_too_high(polynomial):
    seen = polynomial.seen
    assert seen.degree > seen.best == 5
    assert seen.error > 2.5 * seen.least
    assert seen.train < seen.error


def test_every_goal_of_capacity_is_reached_and_no_other_on_the_way(polynomial):
    least, harmless, three = polynomial.goals
    show(polynomial, degree=5)
    assert polynomial.goals == {least: True, harmless: False, three: False}
    show(polynomial, degree=12, n=200)
    assert polynomial.goals == {least: True, harmless: True, three: False}
    show(polynomial, n=16, noise=1.0)
    assert all(polynomial.goals.values())


def test_drawing_again_moves_the_points_and_not_the_curves(polynomial):
    points, error = (polynomial.figure.axes[k].lines for k in (0, 1))
    before = points[-1].get_ydata(), error[2].get_ydata()
    polynomial.controls["again"].value += 1
    polynomial.frame()
    assert (points[-1].get_ydata() != before[0]).any()
    np.testing.assert_array_equal(error[2].get_ydata(), before[1])


def test_an_error_beyond_the_picture_runs_along_its_edge_and_is_said(polynomial):
    assert "2,1" in show(polynomial, n=16, noise=1.0, degree=15)
    curve = polynomial.figure.axes[1].lines[2].get_ydata()
    assert curve[-1] == curve.max() == 10
    assert len(curve) == len(DEGREES)


# ---- double descent: what it computes


@pytest.fixture(scope="module")
def models():
    return Models.of(100, wrong=0.1, seed=3)


def test_the_models_are_the_shortest_least_squares(models):
    ends = models.ends(0.0)
    rng, n = np.random.default_rng(3), 100
    digits = load_digits()
    order = rng.permutation(1797)
    y = digits.y[order[:n]].copy()
    mistaken = rng.permutation(n)[:10]
    y[mistaken] = (y[mistaken] + rng.integers(1, 10, 10)) % 10
    X = digits.X[order[: n + 600]] / 16
    features = np.maximum((X - X[:n].mean(axis=0)) @ rng.normal(size=(64, 5000)), 0)
    for k in (2, len(models.features) - 1):
        P = models.features[k]
        w, *_ = np.linalg.lstsq(features[:n, :P], np.eye(10)[y], rcond=None)
        y_hat = features[n:, :P] @ w
        loss = np.sum((y_hat - np.eye(10)[models.labels]) ** 2, axis=1).mean()
        assert ends[0, k] == pytest.approx(loss, rel=1e-6)
        assert ends[1, k] == np.mean(y_hat.argmax(axis=1) == models.labels)


def test_without_ridge_it_learns_its_own_digits_by_heart_from_p_equal_to_n_on(models):
    left = models.ends(0.0)[2]
    assert left[models.features >= 100].max() < 1e-12
    assert left[models.features < 90].min() > 1e-3


def test_the_loss_peaks_where_there_are_as_many_features_as_labels(models):
    loss = models.ends(0.0)[0]
    assert abs(models.features[loss.argmax()] - 100) <= 12
    assert loss.max() > 10 * max(loss[0], loss[-1])


def test_ridge_takes_the_peak_away_and_the_best_one_only_falls(models):
    curves = Curves.of(models)
    tuned = curves.by_name(1.0)["the best ridge for each"][0]
    assert (tuned <= curves.ends[:, 0].min(axis=0) + 1e-12).all()
    assert (tuned[1:] < 1.04 * tuned[:-1]).all()
    loss = curves.ends[RIDGES.index(1.0), 0]
    assert loss.max() == pytest.approx(loss[0], rel=0.1)


def test_the_number_of_labels_is_among_the_numbers_of_features():
    for n in (100, 200, 300):
        tried = counts(n)
        assert n in tried
        assert (np.diff(tried) > 0).all()
        assert (tried % 1 == 0).all()


# ---- double descent: the figure


@pytest.fixture(scope="module")
def features():
    live = explore.double_descent()
    yield live
    live.close()


def test_double_descent_first_shows_its_peak_and_the_second_descent(features):
    seen = features.seen
    assert seen.peak == seen.n == 200
    assert seen.highest > 20 * seen.first > 20 * seen.last


def test_every_goal_of_double_descent_is_reached(features):
    flat, moved, twice = features.goals
    assert not any(features.goals.values())
    show(features, ridge=1.0, n=300)
    assert features.goals == {flat: True, moved: False, twice: False}
    show(features, ridge=0.0, n=100)
    assert features.goals == {flat: True, moved: True, twice: False}
    show(features, wrong="none", n=200)
    assert all(features.goals.values())
    features.reset()


# ---- regularise: what it computes


def always():
    return True


def test_the_same_question_has_the_same_answer():
    one, other = (trained(30, 0, 0.1, 0.3, always) for _ in range(2))
    np.testing.assert_array_equal(one.plane, other.plane)
    np.testing.assert_array_equal(one.weights, other.weights)


def test_training_ends_as_soon_as_nobody_wants_it():
    asked = iter([True] * 5 + [False] * 100)
    with pytest.raises(Cancelled):
        trained(1500, 0, 0.0, 0.0, lambda: next(asked))
    assert len(list(asked)) == 99


def test_the_points_with_a_wrong_label_are_the_ones_that_get_a_ring():
    clean = make_moons(60, noise=0.3, rng=np.random.default_rng(0)).y
    assert np.flatnonzero(Moons.of(0).train.y != clean).tolist() == list(range(WRONG))


def test_the_picture_of_the_plane_is_what_the_network_says_of_the_points():
    found = trained(300, 0, 0.0, 0.0, always)
    X, y = Moons.of(0).train
    cells = ((X - [-2.0, -1.6]) / [5.0, 3.7] * [100, 74]).astype(int)
    inside = ((cells >= 0) & (cells < [100, 74])).all(axis=1)
    seen = found.plane[cells[inside, 1], cells[inside, 0]] > 0.5
    assert np.mean(seen == y[inside]) > found.right[0] - 0.05


# ---- regularise: the figure


@pytest.fixture(scope="module")
def network():
    live = explore.regularise()
    yield live
    live.close()


def test_regularise_first_shows_a_finished_network_that_knows_wrong_labels_by_heart(network):
    network.reset()
    seen = network.seen
    assert seen.steps == LEVELS[-1]
    assert seen.own > 0.9 > seen.new
    assert seen.gap > 1


def test_each_remedy_closes_the_gap_and_too_much_of_it_costs(network):
    first = finished(network, decay=0.0, dropout=0.0)
    some = finished(network, decay=3.0)
    much = finished(network, decay=10.0, dropout=0.9)
    assert abs(some.gap) < 0.2 < first.gap
    assert some.new > first.new + 0.03
    assert some.size < 0.5 * first.size
    assert much.new < 0.6
    dropped = finished(network, decay=0.0, dropout=0.7)
    assert dropped.gap < 0.2
    assert dropped.new > first.new + 0.02


def test_every_goal_of_regularise_is_reached_by_finished_networks(network):
    finished(network, decay=3.0, dropout=0.0)
    finished(network, decay=0.0, dropout=0.7)
    finished(network, dropout=0.9)
    assert all(network.goals.values())


def test_another_question_does_not_wait_for_the_first(network):
    network.reset()
    finished(network, decay=0.0, dropout=0.0)
    before = threading.active_count()
    show(network, decay=0.3)
    show(network, decay=1.0)
    seen = finished(network)
    assert seen.decay == 1.0
    assert seen.steps == LEVELS[-1]
    assert threading.active_count() <= before + 1
